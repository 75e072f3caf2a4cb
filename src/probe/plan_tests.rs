use super::*;
use crate::case::{Auth, Case, Method};
use crate::evidence::{Evidence, Loss, Rewriting, Stage, TlsFailure};
use crate::probe::test_server::{Script, serve};
use crate::secret::Secret;
use std::time::{Duration, Instant};

/// A request to a server on loopback, with short limits.
fn request(server: SocketAddr, encryption: Encryption) -> Request {
    let mut case = Case::default();
    case.mail.server = server.ip().to_string();
    case.mail.port = server.port();
    case.mail.encryption = encryption;
    case.mail.method = Method::Relay;
    case.mail.from = "scan@example.test".into();
    case.mail.to = vec!["it@example.test".into()];
    let mut request = Request::new(case);
    request.timeout = Duration::from_millis(600);
    request.skip = vec![ProbeId::Ports];
    request
}

/// Runs a request to its end.
async fn outcomes(request: Request) -> Vec<Outcome> {
    outcomes_with(request, Knowledge::default()).await
}

async fn outcomes_with(request: Request, knowledge: Knowledge) -> Vec<Outcome> {
    let (updates, mut receiver) = mpsc::channel(256);
    let cancel = CancellationToken::new();
    let (all, ()) = tokio::join!(run(request, Arc::new(knowledge), updates, cancel), async {
        while receiver.recv().await.is_some() {}
    });
    all
}

fn evidence(outcomes: &[Outcome]) -> Vec<&Evidence> {
    outcomes.iter().flat_map(|outcome| &outcome.evidence).collect()
}

fn has(outcomes: &[Outcome], kind: &str) -> bool {
    evidence(outcomes)
        .iter()
        .any(|one| one.fact.kind() == kind || one.fact.kind().starts_with(&format!("{kind}:")))
}

fn status(outcomes: &[Outcome], probe: ProbeId) -> Status {
    outcomes
        .iter()
        .find(|outcome| outcome.probe == probe)
        .unwrap()
        .status
}

const PLAIN: &[(&str, &str)] = &[
    (
        "EHLO",
        "250-mx Hello [192.0.2.7]\r\n250-SIZE 1000000\r\n250 PIPELINING\r\n",
    ),
    ("STARTTLS", "502 no\r\n"),
    ("", "250 2.0.0 ok\r\n"),
];
const WITH_TLS: &[(&str, &str)] = &[
    (
        "EHLO",
        "250-mx\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 PIPELINING\r\n",
    ),
    ("STARTTLS", "220 go\r\n"),
    ("AUTH", "235 2.7.0 ok\r\n"),
    ("DATA", "354 go\r\n"),
    ("", "250 2.0.0 ok\r\n"),
];

#[tokio::test]
async fn a_plain_server_is_walked_to_the_accepted_recipient() {
    let server = serve(Script::plain("220 mx ESMTP\r\n", PLAIN)).await;
    let all = outcomes(request(server, Encryption::None)).await;
    assert!(all.iter().all(|o| o.status == Status::Passed), "{all:#?}");
    assert!(has(&all, "accepted:mail") && has(&all, "accepted:rcpt"));
    assert!(evidence(&all).iter().any(|one| matches!(&one.fact,
        Fact::Extensions { public_address: Some(address), encrypted: false, .. } if address.to_string() == "192.0.2.7")));
}

#[tokio::test]
async fn starttls_login_and_a_whole_message_in_one_conversation() {
    let server = serve(Script::tls("220 mx ESMTP\r\n", WITH_TLS)).await;
    let mut request = request(server, Encryption::StartTls);
    request.case.mail.auth = Auth::Password { user: "scan".into() };
    request.case.mail.method = Method::Submission;
    request.secret = Some(Secret::new("hunter2-geheim"));
    request.send = SendMode::Message;
    let all = outcomes(request).await;
    for kind in [
        "tls-established",
        "accepted:auth",
        "accepted:rcpt",
        "accepted:end-of-data",
        "certificate",
    ] {
        assert!(has(&all, kind), "{kind}: {all:#?}");
    }
    assert!(has(&all, "certificate-problem:untrusted"));
    assert_eq!(status(&all, ProbeId::Certificate), Status::Failed);
    assert_eq!(status(&all, ProbeId::Message), Status::Passed);
    let said = format!("{all:?}");
    assert!(
        !said.contains("hunter2") && !said.contains("AHNjYW4AaHVudGVyMi1nZWhlaW0"),
        "{said}"
    );
}

#[tokio::test]
async fn implicit_tls_is_walked_too_and_its_versions_are_told() {
    let server = serve(Script::implicit("220 mx ESMTP\r\n", WITH_TLS)).await;
    let mut request = request(server, Encryption::Tls);
    request.case.device.max_tls = Some("1.0".into());
    let all = outcomes(request).await;
    assert!(has(&all, "accepted:rcpt"), "{all:#?}");
    let copier = all.iter().find(|o| o.probe == ProbeId::BeTheCopier).unwrap();
    assert_eq!(copier.status, Status::Failed);
    assert!(
        copier.evidence[0].fact.kind().starts_with("tls-failed:alert:"),
        "{copier:#?}"
    );
    let versions: Vec<String> = all
        .iter()
        .find(|o| o.probe == ProbeId::TlsVersions)
        .unwrap()
        .evidence
        .iter()
        .map(|one| one.fact.kind())
        .collect();
    assert_eq!(
        versions,
        [
            "tls-version:refused",
            "tls-version:refused",
            "tls-version:accepted"
        ]
    );
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_ends_before_the_envelope() {
    let rules = &[
        ("EHLO", "250-mx\r\n250 AUTH LOGIN PLAIN\r\n"),
        ("AUTH", "535 5.7.8 no\r\n"),
        ("", "250 ok\r\n"),
    ];
    let script = Script::plain("220 mx\r\n", rules);
    let heard = script.heard.clone();
    let server = serve(script).await;
    let mut request = request(server, Encryption::None);
    request.case.mail.auth = Auth::Password { user: "scan".into() };
    request.case.mail.method = Method::Submission;
    request.secret = Some(Secret::new("wrong"));
    let all = outcomes(request).await;
    assert!(has(&all, "refused:auth"));
    assert_eq!(status(&all, ProbeId::Envelope), Status::Skipped);
    let heard = heard.lock().unwrap();
    assert_eq!(
        heard.iter().filter(|line| line.starts_with("AUTH")).count(),
        1,
        "{heard:?}"
    );
    assert!(!heard.iter().any(|line| line.starts_with("MAIL")));
}

#[tokio::test]
async fn a_login_only_inside_tls_is_found_although_none_is_set() {
    let mut script = Script::tls(
        "220 mx\r\n",
        &[
            ("EHLO", "250-mx\r\n250 STARTTLS\r\n"),
            ("STARTTLS", "220 go\r\n"),
            ("", "530 5.7.0 Must issue a STARTTLS command first\r\n"),
        ],
    );
    script.inside = WITH_TLS;
    let server = serve(script).await;
    let mut request = request(server, Encryption::None);
    request.case.mail.auth = Auth::Password { user: "scan".into() };
    request.case.mail.method = Method::Submission;
    let all = outcomes(request).await;
    assert!(has(&all, "auth-not-offered:plain"));
    assert!(evidence(&all).iter().any(|one| matches!(&one.fact,
        Fact::Extensions { keywords, encrypted: true, .. } if keywords.iter().any(|k| k.starts_with("AUTH")))));
}

#[tokio::test]
async fn a_silent_tls_port_is_told_from_a_silent_server() {
    let server = serve(Script::implicit("220 mx\r\n", WITH_TLS)).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(has(&all, "wrong-port-type:implicit-tls"), "{all:#?}");

    let server = serve(Script::plain("", &[])).await;
    let started = Instant::now();
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(
        evidence(&all).iter().any(|one| one.fact
            == Fact::ConnectionLost {
                stage: Stage::Greeting,
                how: Loss::TimedOut
            }),
        "{all:#?}"
    );
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_tls_port_that_serves_one_at_a_time_is_found_too() {
    let mut script = Script::implicit("220 mx\r\n", WITH_TLS);
    script.one_at_a_time = true;
    let server = serve(script).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(has(&all, "wrong-port-type:implicit-tls"), "{all:#?}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_waited_for_once_and_no_version_is_called_refused() {
    for starttls in [true, false] {
        let server = serve(Script::plain("", &[])).await;
        let request = request(server, Encryption::StartTls);
        let (limit, port) = (request.timeout, server.port());
        let context = Context::new(&request, Arc::default(), CancellationToken::new());
        let started = Instant::now();
        let scan = super::super::tls_scan::scan("127.0.0.1", port, starttls, false, &context).await;
        // Five versions at three connections were two rounds.
        assert!(started.elapsed() < limit * 7 / 4, "{:?}", started.elapsed());
        assert_eq!(scan.versions.len(), 5);
        assert!(
            scan.versions.iter().all(|(_, answer)| answer.id() == "unknown"),
            "{scan:#?}"
        );
        assert!(scan.problem.is_some());
    }
}

#[tokio::test]
async fn the_copier_s_part_makes_room_at_a_server_that_serves_one_client_at_a_time() {
    let mut script = Script::implicit("", &[]);
    script.one_at_a_time = true;
    let server = serve(script).await;
    let mut request = request(server, Encryption::Tls);
    request.case.device.max_tls = Some("1.2".into());
    let all = outcomes(request).await;
    assert!(has(&all, "tls-established"), "{all:#?}");
    assert!(
        evidence(&all).iter().any(|one| matches!(
            one.fact,
            Fact::ConnectionLost {
                stage: Stage::Greeting,
                ..
            }
        )),
        "{all:#?}"
    );
}

#[tokio::test]
async fn a_web_server_behind_tls_is_known_by_its_answer_to_ehlo() {
    let rules = &[("EHLO", "HTTP/1.1 400 Bad Request\r\n\r\n!close")];
    let server = serve(Script::implicit("", rules)).await;
    let all = outcomes(request(server, Encryption::Tls)).await;
    assert!(has(&all, "not-smtp"), "{all:#?}");
}

#[tokio::test]
async fn plain_text_on_a_tls_port_is_the_wrong_port() {
    let server = serve(Script::plain("220 mx ESMTP\r\n", PLAIN)).await;
    let all = outcomes(request(server, Encryption::Tls)).await;
    assert!(has(&all, "wrong-port-type:plain"), "{all:#?}");
    assert_eq!(status(&all, ProbeId::Greet), Status::Passed);
}

#[tokio::test]
async fn other_protocols_and_refusals_at_the_greeting_are_named() {
    for (greeting, wanted) in [
        ("SSH-2.0-OpenSSH_9.2\r\n", "not-smtp"),
        ("* OK IMAP4rev1 ready\r\n", "not-smtp"),
        ("\x01\x02garbage\r\n", "not-smtp"),
        ("554 5.7.1 go away\r\n", "refused:greeting"),
        ("421 4.3.2 busy\r\n", "refused:greeting"),
    ] {
        let server = serve(Script::plain(greeting, PLAIN)).await;
        let all = outcomes(request(server, Encryption::StartTls)).await;
        assert!(has(&all, wanted), "{greeting}: {all:#?}");
        assert_eq!(status(&all, ProbeId::Envelope), Status::Skipped);
    }
    let server = serve(Script::plain(
        "220 ready\r\n",
        &[("", "530 Please login with USER and PASS.\r\n")],
    ))
    .await;
    let all = outcomes(request(server, Encryption::None)).await;
    assert!(
        evidence(&all).iter().any(|one| one.fact
            == Fact::NotSmtp {
                protocol: Some("FTP".into())
            }),
        "{all:#?}"
    );
}

#[tokio::test]
async fn rewriting_on_the_way_is_seen() {
    let rules = &[
        ("EHLO", "250-mx\r\n250-SIZE 1\r\n250 XXXXXXXA\r\n"),
        ("STARTTLS", "500 unrecognized\r\n"),
        ("", "250 ok\r\n"),
    ];
    let server = serve(Script::plain("220 ********************2******0*\r\n", rules)).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(
        has(&all, "rewritten:banner-masked") && has(&all, "rewritten:keyword-masked"),
        "{all:#?}"
    );
    assert!(has(&all, "starttls-not-offered"));

    // Not listed, yet taken: the list was changed on its way, or this server keeps it quiet.
    let mut script = Script::tls("220 mx\r\n", WITH_TLS);
    script.rules = &[
        ("EHLO", "250 mx\r\n"),
        ("STARTTLS", "220 go\r\n"),
        ("", "250 ok\r\n"),
    ];
    script.inside = WITH_TLS;
    let server = serve(script).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(
        evidence(&all).iter().any(|one| one.fact
            == Fact::Rewritten {
                sign: Rewriting::StartTlsUnlisted
            }),
        "{all:#?}"
    );
    assert!(has(&all, "accepted:rcpt"));
}

#[tokio::test]
async fn starttls_refused_ends_it_but_where_available_goes_on_in_plain() {
    let rules = &[
        ("EHLO", "250-mx\r\n250 STARTTLS\r\n"),
        ("STARTTLS", "454 4.7.0 TLS not available\r\n"),
        ("", "250 ok\r\n"),
    ];
    let server = serve(Script::plain("220 mx\r\n", rules)).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(
        has(&all, "refused:start-tls") && !has(&all, "accepted:mail"),
        "{all:#?}"
    );
    let all = outcomes(request(server, Encryption::StartTlsIfAvailable)).await;
    assert!(
        has(&all, "refused:start-tls") && has(&all, "accepted:rcpt"),
        "{all:#?}"
    );
}

#[tokio::test]
async fn a_handshake_that_is_cut_is_told_and_plain_goes_on_where_allowed() {
    let rules = &[
        ("EHLO", "250-mx\r\n250 STARTTLS\r\n"),
        ("STARTTLS", "220 go\r\n!close"),
        ("", "250 ok\r\n"),
    ];
    let server = serve(Script::plain("220 mx\r\n", rules)).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(
        evidence(&all).iter().any(|one| matches!(
            &one.fact,
            Fact::TlsFailed {
                failure: TlsFailure::BrokenOff(_)
            }
        )),
        "{all:#?}"
    );
    let all = outcomes(request(server, Encryption::StartTlsIfAvailable)).await;
    assert!(
        has(&all, "tls-failed:broken-off") && has(&all, "accepted:rcpt"),
        "{all:#?}"
    );
}

#[tokio::test]
async fn a_connection_that_ends_anywhere_is_lost_at_that_step() {
    for (word, stage) in [
        ("EHLO", Stage::Ehlo),
        ("MAIL", Stage::Mail),
        ("RCPT", Stage::Rcpt),
    ] {
        let rules: &'static [(&str, &str)] = match word {
            "EHLO" => &[("EHLO", "!close")],
            "MAIL" => &[("MAIL", "!close"), ("", "250 mx\r\n")],
            _ => &[("RCPT", "!close"), ("", "250 mx\r\n")],
        };
        let server = serve(Script::plain("220 mx\r\n", rules)).await;
        let all = outcomes(request(server, Encryption::None)).await;
        assert!(
            evidence(&all).iter().any(|one| matches!(&one.fact,
            Fact::ConnectionLost { stage: at, .. } if *at == stage)),
            "{word}: {all:#?}"
        );
    }
}

#[tokio::test]
async fn plain_text_injected_behind_the_starttls_reply_is_reported_and_ignored() {
    let mut script = Script::tls("220 mx\r\n", WITH_TLS);
    script.rules = &[
        ("EHLO", "250-mx\r\n250 STARTTLS\r\n"),
        ("STARTTLS", "220 go\r\n250 injected\r\n"),
    ];
    script.inside = WITH_TLS;
    let server = serve(script).await;
    let all = outcomes(request(server, Encryption::StartTls)).await;
    assert!(
        has(&all, "plain-text-injected") && has(&all, "accepted:rcpt"),
        "{all:#?}"
    );
}

#[tokio::test]
async fn no_password_goes_out_in_plain_after_a_handshake_that_failed() {
    let script = Script::plain(
        "220 mx\r\n",
        &[
            ("EHLO", "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"),
            ("STARTTLS", "220 go\r\n!close"),
            ("", "250 ok\r\n"),
        ],
    );
    let heard = script.heard.clone();
    let server = serve(script).await;
    let mut request = request(server, Encryption::StartTlsIfAvailable);
    request.case.mail.auth = Auth::Password { user: "scan".into() };
    request.secret = Some(Secret::new("hunter2"));
    let all = outcomes(request).await;
    assert_eq!(status(&all, ProbeId::Authenticate), Status::Skipped);
    assert!(!heard.lock().unwrap().iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test]
async fn a_service_known_to_offer_starttls_always_shows_who_took_it() {
    let text = r#"Providers([(id: "x", name: "Example Mail", hosts: ["mx.example.test"], endpoints: [],
        always_starttls: true, source: "here", checked: "2026-01-01")])"#;
    let mut knowledge = Knowledge::default();
    knowledge.add(crate::knowledge::schema::parse(text, "x.ron").unwrap());
    let server = serve(Script::plain("220 mx\r\n", PLAIN)).await;
    let mut request = request(server, Encryption::StartTls);
    request.case.mail.server = "mx.example.test".into();
    request.resolve = vec![crate::probe::ResolveOverride {
        host: "mx.example.test".into(),
        port: server.port(),
        address: server.ip(),
        to_port: None,
    }];
    let all = outcomes_with(request, knowledge).await;
    assert!(has(&all, "rewritten:start-tls-stripped"), "{all:#?}");
    assert!(!has(&all, "starttls-not-offered"));
}

#[tokio::test]
async fn a_limit_smaller_than_the_scan_is_told() {
    let server = serve(Script::plain("220 mx\r\n", PLAIN)).await;
    let mut request = request(server, Encryption::None);
    request.case.mail.size = Some(900_000);
    assert!(has(&outcomes(request).await, "size-over-limit"));
}

#[tokio::test]
async fn a_copier_that_takes_plain_text_beside_tls_is_seen() {
    let server = serve(Script::tls("220 copier\r\n", WITH_TLS)).await;
    let mut asked = request(server, Encryption::StartTls);
    asked.case.mail.method = Method::Receive;
    assert!(has(&outcomes(asked).await, "plain-text-accepted"));

    let mut script = Script::tls(
        "220 copier\r\n",
        &[
            ("EHLO", "250-copier\r\n250 STARTTLS\r\n"),
            ("STARTTLS", "220 go\r\n"),
            ("", "530 Must issue a STARTTLS command first\r\n"),
        ],
    );
    script.inside = WITH_TLS;
    let server = serve(script).await;
    let mut asked = request(server, Encryption::StartTls);
    asked.case.mail.method = Method::Receive;
    let all = outcomes(asked).await;
    assert!(
        has(&all, "plain-text-refused") && has(&all, "accepted:rcpt"),
        "{all:#?}"
    );
}

#[tokio::test]
async fn a_cancelled_run_ends_at_once_and_says_what_was_not_done() {
    let server = serve(Script::plain("", &[])).await;
    let mut request = request(server, Encryption::StartTls);
    request.timeout = Duration::from_secs(20);
    let (updates, _receiver) = mpsc::channel(256);
    let cancel = CancellationToken::new();
    let started = Instant::now();
    let (all, ()) = tokio::join!(run(request, Arc::default(), updates, cancel.clone()), async {
        tokio::time::sleep(Duration::from_millis(80)).await;
        cancel.cancel();
    });
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(status(&all, ProbeId::Greet), Status::Cancelled);
    assert_eq!(status(&all, ProbeId::Connect), Status::Passed);
}

#[tokio::test]
async fn nothing_is_asked_of_a_closed_port() {
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let all = outcomes(request(closed, Encryption::StartTls)).await;
    assert!(has(&all, "connect-failed:refused"));
    assert_eq!(status(&all, ProbeId::TlsVersions), Status::Skipped);
}

#[test]
fn asking_for_one_probe_brings_what_it_needs_and_skipping_one_takes_what_needs_it() {
    let server = "127.0.0.1:587".parse().unwrap();
    let mut asked = request(server, Encryption::StartTls);
    let target = Target::of(&asked.case);
    asked.only = vec![ProbeId::Certificate];
    assert_eq!(
        planned(&asked, target.as_ref()),
        [
            ProbeId::Resolve,
            ProbeId::Connect,
            ProbeId::Greet,
            ProbeId::Encrypt,
            ProbeId::Certificate
        ]
    );
    asked.only.clear();
    asked.skip = vec![ProbeId::Encrypt];
    let plan = planned(&asked, target.as_ref());
    assert!(plan.contains(&ProbeId::Greet) && !plan.contains(&ProbeId::Envelope));
    asked.skip = ProbeId::named("ports");
    let plan = planned(&asked, target.as_ref());
    assert!(plan.contains(&ProbeId::Connect) && plan.contains(&ProbeId::Envelope));
    assert!(!plan.contains(&ProbeId::Ports));
    asked.skip.clear();
    asked.send = SendMode::Never;
    assert!(!planned(&asked, target.as_ref()).contains(&ProbeId::Envelope));
}

#[tokio::test]
async fn reputation_alone_goes_as_far_as_the_reply_that_tells_the_public_address() {
    let mut asked = Request::new(Case::default());
    asked.case.mail.server = "mx.example.test".into();
    asked.case.mail.from = "scan@example.test".into();
    asked.only = vec![ProbeId::Reputation];
    let plan = |asked: &Request| planned(asked, Target::of(&asked.case).as_ref());
    let way = [
        ProbeId::Resolve,
        ProbeId::Connect,
        ProbeId::Greet,
        ProbeId::Reputation,
    ];
    assert_eq!(plan(&asked), way);
    asked.case.site.public_address = "203.0.113.9".parse().ok();
    assert_eq!(plan(&asked), [ProbeId::Reputation]);
    asked.case.mail.method = Method::Receive;
    assert_eq!(plan(&asked), []);
}
