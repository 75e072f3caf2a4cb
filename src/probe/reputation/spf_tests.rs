use super::*;
use proptest::prelude::*;

#[test]
fn a_usual_record_is_read_term_by_term() {
    let record =
        parse("v=spf1 ip4:203.0.113.0/24 a mx:mail.example.test/28//64 include:spf.example.test. ~all")
            .unwrap();
    let mechanisms: Vec<_> = record.directives.iter().map(|d| d.mechanism.clone()).collect();
    assert_eq!(
        mechanisms,
        [
            Mechanism::Network("203.0.113.0".parse().unwrap(), 24),
            Mechanism::A(None, Prefixes { four: 32, six: 128 }),
            Mechanism::Mx(Some("mail.example.test".into()), Prefixes { four: 28, six: 64 }),
            Mechanism::Include("spf.example.test".into()),
            Mechanism::All,
        ]
    );
    assert_eq!(record.directives.last().unwrap().result, SpfResult::SoftFail);
}

#[test]
fn what_is_misspelt_is_an_error_and_names_the_term() {
    for text in [
        "v=spf1 ipv4:203.0.113.9 -all",
        "v=spf1 ip4:203.0.113.300 -all",
        "v=spf1 ip4:2001:db8::1 -all",
        "v=spf1 ip4:203.0.113.0/33 -all",
        "v=spf1 ip6:2001:db8::/129 -all",
        "v=spf1 include: -all",
        "v=spf1 include:spf.example.test/24 -all",
        "v=spf1 a/024 -all",
        "v=spf1 a/24/64 -all",
        "v=spf1 all:example.test",
        "v=spf1 a:museum -all",
        "v=spf1 a:203.0.113.9 -all",
        "v=spf1 mx:mail.-example -all",
        "v=spf1 exp=a.test exp=b.test -all",
        "v=spf1 redirect=%{x",
        "v=spf1 a:b\u{e9}.example.test -all",
        "v=spf1 redirect=a.test redirect=b.test",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert!(!is_record("v=spf10 -all"));
    assert!(parse("v=spf1 -all unknown=something exp=why.example.test").is_ok());
}

#[test]
fn networks_end_at_their_prefix() {
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    assert!(same_network(ip("203.0.113.0"), ip("203.0.113.255"), 24));
    assert!(!same_network(ip("203.0.113.0"), ip("203.0.112.255"), 24));
    assert!(same_network(ip("203.0.113.0"), ip("8.8.8.8"), 0));
    assert!(same_network(ip("2001:db8::"), ip("2001:db8::ffff"), 64));
    assert!(!same_network(ip("2001:db8::"), ip("203.0.113.9"), 0));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_never_breaks(text in "v=spf1 [ -~äß]{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn a_written_network_is_read_back(address: [u8; 4], length in 0u8..=32) {
        let address = IpAddr::from(address);
        let record = parse(&format!("v=spf1 ?ip4:{address}/{length}")).unwrap();
        prop_assert_eq!(&record.directives[0].mechanism, &Mechanism::Network(address, length));
        prop_assert!(same_network(address, address, length));
    }
}
