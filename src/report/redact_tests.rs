use super::*;
use crate::report::samples;

fn with_redactor(check: impl Fn(&Redactor<'_>)) {
    let knowledge = Knowledge::embedded();
    let (case, record) = samples::xerox(&knowledge);
    check(&Redactor::new(&case, &record, &knowledge, Redaction::FULL));
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

#[test]
fn names_in_disguise_are_found() {
    with_redactor(|redactor| {
        for text in [
            "https://portal.example.test/?login=scan%40contoso.com&x=1",
            "AUTH LOGIN\n334 VXNlcm5hbWU6\nc2NhbkBjb250b3NvLmNvbQ==\n334 UGFzc3dvcmQ6\naHVudGVyMg==\n",
            "user c2NhbkBjb250b3NvLmNvbQ",
            "7363616e40636f6e746f736f2e636f6d",
            "9.113.0.203.zen.spamhaus.org",
            "9.113.0.203.in-addr.arpa",
            "203-0-113-9.dynamic.example.net",
            "[AM0PR01CA0042.eurprd01.prod.exchangelabs.com 2026-11-22T08:00:01.072Z 08DE2A6028D26C22]",
            "queued as 4F2A1C0D2E",
            "From: \"John Doe\" <scan@contoso.com>",
            "tenant contoso.onmicrosoft.com, contoso-com.mail.protection.outlook.com, Contoso Ltd",
            "Message-ID: <abc123@mfp.contoso.com>",
        ] {
            let shown = redactor.text(text);
            for word in [
                "contoso",
                "203.0.113",
                "113.0.203",
                "203-0-113",
                "c2Nhbk",
                "aHVudGVy",
                "7363616e",
                "08DE2A60",
                "4F2A1C",
                "John",
                "abc123",
            ] {
                assert!(
                    !shown.to_lowercase().contains(&word.to_lowercase()),
                    "{word} in {shown}"
                );
            }
        }
    });
}

#[test]
fn a_reversed_address_has_the_stand_in_of_the_address() {
    with_redactor(|redactor| {
        assert_eq!(redactor.text("203.0.113.9"), "public-address-1");
        assert_eq!(
            redactor.text("9.113.0.203.zen.spamhaus.org"),
            "public-address-1.zen.spamhaus.org"
        );
        let six = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(redactor.text("2001:db8::1"), "public-address-2");
        assert_eq!(redactor.text(six), "public-address-2.ip6.arpa");
    });
}

#[test]
fn passwords_are_hidden_even_where_names_are_shown() {
    let knowledge = Knowledge::default();
    let redactor = Redactor::new(&Case::default(), &samples::empty(), &knowledge, Redaction::NONE);
    for text in [
        "password: hunter2!",
        "Kennwort=hunter2!",
        "client_secret = hunter2!",
        "AUTH PLAIN AHNjYW4AaHVudGVyMiE=",
        "Authorization: Bearer hunter2hunter2",
        "334 UGFzc3dvcmQ6\nhunter2hunter2\n",
    ] {
        let shown = redactor.text(text);
        assert!(
            !shown.contains("hunter2") && !shown.contains("aHVudGVyMi"),
            "{shown}"
        );
    }
    assert_eq!(
        redactor.text("scan@contoso.com at 10.1.2.3"),
        "scan@contoso.com at 10.1.2.3"
    );
}

#[test]
fn what_is_kept_by_choice_is_shown_and_the_rest_is_not() {
    let knowledge = Knowledge::embedded();
    let (case, record) = samples::xerox(&knowledge);
    let what = Redaction {
        serials: false,
        addresses: false,
        ..Redaction::FULL
    };
    let redactor = Redactor::new(&case, &record, &knowledge, what);
    assert_eq!(
        redactor.text("Serial number: XK4711-99 at 10.1.2.3, scan@contoso.com"),
        "Serial number: XK4711-99 at 10.1.2.3, user-1@domain-1.example"
    );
    let hidden = redactor.hidden();
    assert!(
        hidden
            .iter()
            .any(|one| one.kind == "user" && one.name == "scan@contoso.com"),
        "{hidden:?}"
    );
}

#[test]
fn words_of_the_language_stay_and_the_firm_s_name_goes() {
    with_redactor(|redactor| {
        let text = "The server refuses the login of the mailbox; Contoso is told";
        let shown = redactor.text(text);
        assert!(
            shown.starts_with("The server refuses the login of the mailbox"),
            "{shown}"
        );
        assert!(!shown.contains("Contoso"), "{shown}");
    });
}

proptest::proptest! {
    #[test]
    fn no_mail_address_is_left_in_any_text(name in "[a-z]{1,9}", domain in "[a-z]{2,9}\\.(com|de|co\\.uk)", around in "[ -~]{0,20}") {
        let knowledge = Knowledge::default();
        let redactor = Redactor::new(&Case::default(), &samples::empty(), &knowledge, Redaction::FULL);
        let address = format!("{name}@{domain}");
        let text = redactor.text(&format!("{around} <{address}> {around}"));
        proptest::prop_assert!(!text.contains(&address), "{}", text);
    }
}
