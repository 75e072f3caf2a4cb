use super::*;
use crate::report::samples;

fn with_redactor(check: impl Fn(&Redactor<'_>)) {
    let knowledge = Knowledge::embedded().unwrap();
    let (case, finding) = samples::xerox(&knowledge);
    check(&Redactor::new(&case, &finding, &knowledge));
}

#[test]
fn the_same_person_has_the_same_name_everywhere() {
    with_redactor(|redactor| {
        let first = redactor.text("MAIL FROM:<Scan@contoso.com> refused");
        let second = redactor.text("Set-CASMailbox -Identity scan@contoso.com");
        assert_eq!(first, "MAIL FROM:<user-1@domain-1.example> refused");
        assert_eq!(second, "Set-CASMailbox -Identity user-1@domain-1.example");
        assert_ne!(redactor.text("it@contoso.com"), redactor.text("scan@contoso.com"));
    });
}

#[test]
fn hosts_of_the_customer_go_and_hosts_of_the_provider_stay() {
    with_redactor(|redactor| {
        assert_eq!(
            redactor.text("EHLO copier7.contoso.com"),
            "EHLO host-1.domain-1.example"
        );
        assert_eq!(redactor.text("smtp.office365.com:587"), "smtp.office365.com:587");
        assert_eq!(
            redactor.text("contoso-com.mail.protection.outlook.com"),
            "tenant-1.mail.protection.outlook.com"
        );
        assert_eq!(
            redactor.text("see https://aka.ms/smtp_auth_disabled"),
            "see https://aka.ms/smtp_auth_disabled"
        );
    });
}

#[test]
fn addresses_go_and_version_numbers_and_clock_times_stay() {
    with_redactor(|redactor| {
        assert_eq!(
            redactor.text("10.1.2.3 is 203.0.113.9, again 10.1.2.3"),
            "private-address-1 is public-address-1, again private-address-1"
        );
        assert_eq!(
            redactor.text("[2001:db8::9] at fe80::1"),
            "[public-address-2] at private-address-2"
        );
        for kept in [
            "072.040.004.09100",
            "535 5.7.139",
            "at 10:20:30",
            "127.0.0.1:587",
            "073.xxx.197.28500",
        ] {
            assert_eq!(redactor.text(kept), kept);
        }
    });
}

#[test]
fn a_login_that_a_log_held_is_hidden_whoever_wrote_it_there() {
    with_redactor(|redactor| {
        assert_eq!(
            redactor.text("AUTH PLAIN AHNjYW4AaHVudGVyMg=="),
            "AUTH PLAIN (hidden)"
        );
        assert_eq!(redactor.text("AUTH LOGIN XOAUTH2"), "AUTH LOGIN XOAUTH2");
        assert_eq!(
            redactor.text("Serial number: XK4711-99"),
            "Serial number: serial-1"
        );
    });
}

#[test]
fn what_is_hidden_stays_hidden_when_it_is_hidden_twice() {
    with_redactor(|redactor| {
        let once = redactor.text("scan@contoso.com from 10.1.2.3 by copier7.contoso.com");
        assert_eq!(redactor.text(&once).matches('@').count(), 1);
        assert!(!once.contains("contoso"), "{once}");
    });
}

proptest::proptest! {
    #[test]
    fn no_mail_address_is_left_in_any_text(name in "[a-z]{1,9}", domain in "[a-z]{2,9}\\.(com|de|co\\.uk)", around in "[ -~]{0,20}") {
        let knowledge = Knowledge::default();
        let redactor = Redactor::new(&Case::default(), &samples::empty(), &knowledge);
        let address = format!("{name}@{domain}");
        let text = redactor.text(&format!("{around} <{address}> {around}"));
        proptest::prop_assert!(!text.contains(&address), "{}", text);
    }
}
