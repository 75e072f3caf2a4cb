//! The first fault, its certainty and its chain.

use crate::support::*;
use scanmedic::case::{Case, Encryption, Method};
use scanmedic::certainty::Certainty;
use scanmedic::diagnose::{DeviceState, Diagnosis, LaptopState, diagnose};
use scanmedic::evidence::{Actor, CertificateProblem, ConnectFailure, Fact, Loss, Stage, TlsFailure, number};
use scanmedic::gate::Gate;
use scanmedic::wire::reply::Reply;
use scanmedic::wire::tls::{TlsVersion, VersionAnswer};

#[test]
fn old_firmware_is_the_root_and_the_disabled_login_comes_next() {
    let mut case = submission();
    case.device.vendor = Some("Xerox".into());
    case.device.model = Some("WorkCentre 7845".into());
    case.device.firmware = Some("072.040.004.09100".into());
    let mut live = up_to_tls();
    live.push(server_takes(
        TlsVersion::Tls10,
        VersionAnswer::Refused("protocol_version".into()),
    ));
    live.push(refused(
        Stage::Auth,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
    ));
    let diagnosis = found(&case, live);
    assert_eq!(verdict(&diagnosis), ("device-tls-too-old", Certainty::Confirmed));
    assert_eq!(
        chain(&diagnosis),
        ["device-tls-too-old", "smtp-auth-disabled-mailbox"]
    );
    let gate = |gate: Gate| *diagnosis.gates.iter().find(|state| state.gate == gate).unwrap();
    assert_eq!(gate(Gate::Greet).device, DeviceState::PredictedPass);
    assert_eq!(gate(Gate::Encrypt).device, DeviceState::PredictedFail);
    assert_eq!(gate(Gate::Encrypt).laptop, LaptopState::Passed);
    assert_eq!(gate(Gate::Authenticate).laptop, LaptopState::Failed);
}

#[test]
fn a_limit_that_a_person_states_makes_it_likely() {
    let mut case = submission();
    case.device.max_tls = Some("1.0".into());
    let mut live = up_to_tls();
    live.push(server_takes(
        TlsVersion::Tls10,
        VersionAnswer::Refused("protocol_version".into()),
    ));
    live.extend(envelope());
    assert_eq!(
        verdict(&found(&case, live)),
        ("device-tls-too-old", Certainty::Likely)
    );
}

#[test]
fn from_knowledge_alone_nothing_is_confirmed() {
    let mut case = submission();
    case.device.vendor = Some("Xerox".into());
    case.device.model = Some("WorkCentre 7845".into());
    case.device.firmware = Some("072.040.004.09100".into());
    assert_eq!(
        verdict(&found(&case, Vec::new())),
        ("device-tls-too-old", Certainty::Likely)
    );
}

#[test]
fn a_device_whose_version_the_server_takes_is_not_too_old() {
    let mut case = submission();
    case.mail.server = "mail.example.test".into();
    case.device.max_tls = Some("1.0".into());
    let mut live = up_to_tls();
    live.push(server_takes(TlsVersion::Tls10, VersionAnswer::Accepted));
    live.extend(envelope());
    let diagnosis = found(&case, live);
    assert_eq!(diagnosis.verdict.cause, "none");
    assert!(
        diagnosis
            .ruled_out
            .iter()
            .any(|out| out.cause == "device-tls-too-old")
    );
}

#[test]
fn reputation_shows_at_the_end_of_data_and_belongs_to_the_sender_gate() {
    let mut live = up_to_tls();
    live.extend([
        accepted(Stage::Mail, "250 2.1.0 Sender OK"),
        accepted(Stage::Rcpt, "250 2.1.5 Recipient OK"),
    ]);
    let so_far = found(&direct_send(), live.clone());
    assert_eq!(so_far.verdict.cause, "inconclusive");
    assert_eq!(so_far.next_test.unwrap().probe, "message");
    live.push(refused(
        Stage::EndOfData,
        "550 5.7.1 Service unavailable, Client host [203.0.113.9] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/203.0.113.9 (AS3130)",
    ));
    let diagnosis = found(&direct_send(), live);
    assert_eq!(verdict(&diagnosis), ("ip-reputation", Certainty::Confirmed));
    assert_eq!(diagnosis.verdict.gate, Some(Gate::Sender));
    assert_eq!(chain(&diagnosis), ["ip-reputation"]);
}

#[test]
fn every_gate_passed_is_none_and_one_gate_less_is_not() {
    let mut live = up_to_tls();
    live.extend(envelope());
    assert_eq!(found(&submission(), live.clone()).verdict.cause, "none");
    live.pop();
    assert_eq!(found(&submission(), live).verdict.cause, "inconclusive");
}

#[test]
fn a_symptom_that_nothing_explains_forbids_a_clean_bill() {
    let mut case = submission();
    case.symptom = Some("something blinks".into());
    let mut live = up_to_tls();
    live.extend(envelope());
    let diagnosis = found(&case, live);
    assert_eq!(diagnosis.verdict.cause, "inconclusive");
    assert_eq!(diagnosis.next_test.unwrap().probe, "listen");
}

#[test]
fn an_expired_certificate_counts_only_for_a_device_that_checks() {
    let problem = laptop(
        Gate::Certificate,
        Fact::CertificateProblem {
            problem: CertificateProblem::Expired,
            detail: "expired".into(),
        },
    );
    for (validates, wanted, certainty) in [
        (Some(true), "certificate-expired", Certainty::Confirmed),
        (None, "certificate-expired", Certainty::Likely),
        (Some(false), "none", Certainty::Likely),
    ] {
        let mut case = submission();
        case.device.validates_certificates = validates;
        let mut live = up_to_tls();
        live.push(problem.clone());
        live.extend(envelope());
        let diagnosis = found(&case, live);
        assert_eq!(
            verdict(&diagnosis),
            (wanted, certainty),
            "validates {validates:?}"
        );
        assert_eq!(diagnosis.harmless.len(), usize::from(validates == Some(false)));
    }
}

#[test]
fn a_timeout_while_other_ports_answer_is_a_blocked_port() {
    let live = vec![
        laptop(
            Gate::Connect,
            Fact::ConnectFailed {
                port: 25,
                failure: ConnectFailure::TimedOut,
            },
        ),
        laptop(
            Gate::Connect,
            Fact::OtherPort {
                port: 587,
                failure: None,
            },
        ),
        laptop(
            Gate::Connect,
            Fact::OtherPort {
                port: 465,
                failure: Some(ConnectFailure::Refused),
            },
        ),
    ];
    let diagnosis = found(&direct_send(), live);
    assert_eq!(verdict(&diagnosis), ("port-blocked", Certainty::Likely));
    assert_eq!(chain(&diagnosis), ["port-blocked"]);
}

#[test]
fn a_server_that_accepts_and_says_nothing_is_one_finding() {
    let live = vec![
        connected("192.0.2.1:587"),
        laptop(
            Gate::Greet,
            Fact::ConnectionLost {
                stage: Stage::Greeting,
                how: Loss::TimedOut,
            },
        ),
    ];
    let diagnosis = found(&submission(), live);
    assert_eq!(chain(&diagnosis), ["connection-lost"]);
}

#[test]
fn login_that_is_there_only_inside_tls_is_starttls_required() {
    let mut case = submission();
    case.mail.server = "mail.example.test".into();
    case.mail.encryption = Encryption::None;
    let extensions = |encrypted, keywords: &[&str]| {
        laptop(
            Gate::Greet,
            Fact::Extensions {
                keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
                encrypted,
                public_address: None,
            },
        )
    };
    let live = vec![
        connected("192.0.2.1:587"),
        accepted(Stage::Ehlo, "250 hello"),
        extensions(false, &["STARTTLS", "SIZE 100"]),
        laptop(Gate::Authenticate, Fact::AuthNotOffered { encrypted: false }),
        extensions(true, &["AUTH LOGIN PLAIN"]),
    ];
    let diagnosis = found(&case, live);
    assert_eq!(verdict(&diagnosis), ("starttls-required", Certainty::Confirmed));
    assert_eq!(chain(&diagnosis), ["starttls-required"]);
}

#[test]
fn a_refused_login_explains_the_refused_sender_behind_it() {
    let mut live = up_to_tls();
    live.push(refused(
        Stage::Auth,
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
    ));
    live.push(refused(
        Stage::Mail,
        "530 5.7.57 Client not authenticated to send mail.",
    ));
    let diagnosis = found(&submission(), live);
    assert_eq!(chain(&diagnosis), ["credentials-rejected"]);
    assert_eq!(diagnosis.verdict.certainty, Certainty::Confirmed);
}

#[test]
fn what_the_device_showed_outranks_what_the_laptop_got() {
    let mut live = up_to_tls();
    live.extend(envelope());
    live.push(device(
        Gate::Authenticate,
        Fact::Refused {
            stage: Stage::Auth,
            reply: reply("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."),
        },
    ));
    let diagnosis = found(&submission(), live);
    assert_eq!(diagnosis.verdict.cause, "credentials-rejected");
    let candidate = &diagnosis.candidates[0];
    assert!(
        !candidate.contradicting.is_empty(),
        "the laptop's own passage is told as a contradiction"
    );
}

#[test]
fn the_copier_s_unknown_ca_alert_proves_that_it_does_not_trust_the_chain() {
    let mut live = up_to_tls();
    live.push(device(
        Gate::Certificate,
        Fact::DeviceAlert {
            alert: "unknown_ca".into(),
        },
    ));
    let diagnosis = found(&submission(), live);
    assert_eq!(
        verdict(&diagnosis),
        ("certificate-untrusted", Certainty::Confirmed)
    );
}

#[test]
fn a_wrong_clock_makes_a_valid_certificate_look_expired() {
    let mut live = up_to_tls();
    let today = jiff::Timestamp::from_second(1_700_000_000).unwrap();
    let in_a_month = jiff::Timestamp::from_second(1_702_600_000).unwrap();
    live.push(
        laptop(
            Gate::Certificate,
            Fact::Certificate(scanmedic::evidence::CertificateFacts {
                subject: "CN=mail".into(),
                issuer: "CN=root".into(),
                names: vec![],
                not_before: None,
                not_after: Some(in_a_month),
                trusted: true,
                problems: vec![],
                key: "RSA 2048".into(),
            }),
        )
        .at(today),
    );
    live.push(device(
        Gate::Certificate,
        Fact::DeviceAlert {
            alert: "certificate_expired".into(),
        },
    ));
    live.push(device(
        Gate::Device,
        Fact::DeviceClockSkew {
            seconds: 400 * 24 * 3600,
        },
    ));
    let diagnosis = found(&submission(), live);
    assert_eq!(verdict(&diagnosis), ("device-clock-wrong", Certainty::Confirmed));
    assert_eq!(chain(&diagnosis), ["device-clock-wrong"]);
}

#[test]
fn a_silent_device_is_unreachable_even_where_the_laptop_gets_through() {
    let mut case = submission();
    case.device.address = Some("192.0.2.40".into());
    let mut live = vec![device(Gate::Device, Fact::DeviceSilent)];
    live.extend(up_to_tls());
    live.extend(envelope());
    let diagnosis = found(&case, live.clone());
    assert_eq!(verdict(&diagnosis), ("device-unreachable", Certainty::Confirmed));
    let when = |seconds| jiff::Timestamp::from_second(seconds).unwrap();
    live[0].at = Some(when(1000));
    live.push(
        device(
            Gate::Greet,
            Fact::Accepted {
                stage: Stage::Ehlo,
                reply: reply("250 hello"),
            },
        )
        .at(when(2000)),
    );
    assert_ne!(found(&case, live).verdict.cause, "device-unreachable");
}

#[test]
fn in_reception_the_demand_for_tls_is_the_sending_server_s_business() {
    let mut case = Case::default();
    case.device.address = Some("192.0.2.40".into());
    case.mail.method = Method::Receive;
    case.mail.encryption = Encryption::None;
    let live = vec![
        connected("192.0.2.40:25"),
        accepted(Stage::Ehlo, "250 ir.example.test"),
        refused(Stage::Mail, "530 Must issue a STARTTLS command first"),
    ];
    let diagnosis = found(&case, live);
    assert_eq!(
        verdict(&diagnosis),
        ("smtp-receive-tls-required", Certainty::Confirmed)
    );
}

#[test]
fn in_reception_a_failed_negotiation_leads_and_the_copier_s_old_tls_stands_behind_it() {
    let mut case = Case::default();
    case.device.address = Some("192.0.2.40".into());
    case.mail.method = Method::Receive;
    case.mail.encryption = Encryption::StartTls;
    let live = vec![
        connected("192.0.2.40:25"),
        accepted(Stage::Ehlo, "250 ir.example.test"),
        accepted(Stage::StartTls, "220 go"),
        tls_failed(TlsFailure::NoCommonVersion),
        server_takes(TlsVersion::Tls10, VersionAnswer::Accepted),
    ];
    let diagnosis = found(&case, live);
    assert_eq!(
        chain(&diagnosis),
        ["smtp-receive-tls-failed", "device-tls-too-old"]
    );
}

#[test]
fn a_server_of_the_last_decade_is_too_old_for_a_modern_client_only() {
    let mut case = submission();
    case.mail.server = "mail.example.test".into();
    let live = vec![
        connected("192.0.2.1:587"),
        accepted(Stage::Ehlo, "250 hello"),
        tls_failed(TlsFailure::NoCommonVersion),
        server_takes(TlsVersion::Tls10, VersionAnswer::Accepted),
    ];
    // No more than likely: that this computer offers nothing older is its own limit, not the device's.
    assert_eq!(
        verdict(&found(&case, live.clone())),
        ("server-tls-too-old", Certainty::Likely)
    );
    case.device.max_tls = Some("1.0".into());
    assert_eq!(found(&case, live).verdict.cause, "inconclusive");
}

#[test]
fn ten_thousand_pieces_of_evidence_are_weighed_quickly() {
    let mut live = up_to_tls();
    for index in 0..10_000 {
        let text = format!(
            "550 5.1.1 <user{}@example.test>: Recipient address rejected: User unknown",
            index % 50
        );
        live.push(device(
            Gate::Recipient,
            Fact::Refused {
                stage: Stage::Rcpt,
                reply: reply(&text),
            },
        ));
    }
    let mut evidence = live;
    number(&mut evidence);
    let began = std::time::Instant::now();
    let diagnosis = diagnose(&submission(), evidence, knowledge());
    assert_eq!(diagnosis.verdict.cause, "recipient-rejected");
    let limit = if cfg!(debug_assertions) { 3000 } else { 50 };
    assert!(began.elapsed().as_millis() < limit, "{:?}", began.elapsed());
}

#[test]
fn an_answer_moves_the_verdict_and_never_proves() {
    let mut case = submission();
    case.symptom = Some("Login failed".into());
    let before = found(&case, Vec::new());
    let asked: Vec<&str> = before
        .questions
        .iter()
        .map(|question| question.id.as_str())
        .collect();
    assert!(asked.len() <= 3 && !asked.is_empty(), "{asked:?}");
    assert!(before.questions.iter().all(|question| question.answer.is_none()));
    case.answers.insert("web-sign-in".into(), "no".into());
    let after = found(&case, Vec::new());
    assert!(after.verdict.certainty < Certainty::Confirmed);
    let given = after
        .questions
        .iter()
        .find(|question| question.id == "web-sign-in")
        .unwrap();
    assert_eq!(given.answer.as_deref(), Some("no"));
    let confidence = |diagnosis: &Diagnosis| {
        let one = diagnosis
            .candidates
            .iter()
            .find(|c| c.cause == "credentials-rejected");
        one.map_or(0.0, |candidate| candidate.confidence)
    };
    assert!(confidence(&after) > confidence(&before));
}

#[test]
fn a_log_that_says_tls_1_2_and_a_hello_that_says_1_0_contradict_each_other() {
    let hello = device(
        Gate::Encrypt,
        Fact::DeviceTlsLimit {
            max: TlsVersion::Tls10,
        },
    );
    let session = device(
        Gate::Encrypt,
        Fact::TlsEstablished {
            version: TlsVersion::Tls12,
            suite: "TLS_RSA_WITH_AES_128_CBC_SHA".into(),
        },
    );
    let diagnosis = found(&submission(), vec![hello, session]);
    let told = &diagnosis.contradictions;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].about.contains("TLS") && !told[0].advice.is_empty());
    let mut sides = [told[0].one.clone(), told[0].other.clone()];
    sides.sort();
    assert_eq!(sides, [vec!["e1".to_owned()], vec!["e2".to_owned()]]);
}

#[test]
fn a_copier_that_fails_where_the_laptop_passes_is_told_as_a_contradiction() {
    let mut live = up_to_tls();
    live.extend(envelope());
    live.push(device(
        Gate::Authenticate,
        Fact::Refused {
            stage: Stage::Auth,
            reply: reply("535 5.7.8 Error: authentication failed"),
        },
    ));
    let diagnosis = found(&submission(), live);
    assert_eq!(diagnosis.verdict.cause, "credentials-rejected");
    assert!(
        diagnosis
            .contradictions
            .iter()
            .any(|told| told.about.contains("where this computer gets through")),
        "{:#?}",
        diagnosis.contradictions
    );
}

#[test]
fn a_late_reply_is_told_and_a_very_late_one_is_likely_the_fault() {
    let late = |seconds| {
        laptop(
            Gate::Greet,
            Fact::LateReply {
                stage: Stage::Greeting,
                seconds,
            },
        )
    };
    let all = |seconds| {
        let mut live = up_to_tls();
        live.push(late(seconds));
        live.push(accepted(Stage::Auth, "235 2.7.0 ok"));
        live.extend(envelope());
        found(&submission(), live)
    };
    let short = all(14);
    assert_eq!(verdict(&short), ("none", Certainty::Likely));
    assert!(
        short.verdict.headline.contains("14 seconds"),
        "{}",
        short.verdict.headline
    );
    let long = all(40);
    assert_eq!(verdict(&long), ("connection-lost", Certainty::Likely));
    assert!(
        long.verdict.headline.contains("half a minute"),
        "{}",
        long.verdict.headline
    );
}

#[test]
fn what_happens_inside_tls_stands_behind_a_device_that_never_gets_there() {
    let at = |seconds: i64| jiff::Timestamp::from_second(1_790_000_000 + seconds).ok();
    let stops = [
        Fact::ConnectionLost {
            stage: Stage::Ehlo,
            how: Loss::Closed,
        },
        Fact::NotSmtp {
            protocol: Some("HTTP".into()),
        },
    ];
    for stop in stops {
        for (second, head) in [(5, "device-tls-too-old"), (1, "")] {
            let cause = if matches!(stop, Fact::NotSmtp { .. }) {
                "not-smtp"
            } else {
                "connection-lost"
            };
            let mut established = laptop(
                Gate::Encrypt,
                Fact::TlsEstablished {
                    version: TlsVersion::Tls12,
                    suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".into(),
                },
            );
            established.at = at(3);
            let mut stopped = laptop(Gate::Greet, stop.clone());
            stopped.at = at(second);
            let mut live = vec![connected("192.0.2.25:465"), stopped, established];
            live.push(device(
                Gate::Encrypt,
                Fact::DeviceTlsLimit {
                    max: TlsVersion::Tls10,
                },
            ));
            for version in [TlsVersion::Tls10, TlsVersion::Tls11] {
                live.push(by(
                    Actor::Service,
                    Gate::Encrypt,
                    Fact::TlsVersionAnswer {
                        version,
                        answer: VersionAnswer::Refused("protocol_version".into()),
                    },
                ));
            }
            let found = found(&submission(), live);
            let chain: Vec<&str> = found.chain.iter().map(|link| link.cause.as_str()).collect();
            // What stopped in plain text, before the handshake, stays in front.
            let head = if head.is_empty() { cause } else { head };
            assert_eq!(chain.first(), Some(&head), "{chain:?}");
            assert!(chain.contains(&cause), "{chain:?}");
        }
    }
}

#[test]
fn a_demand_for_a_client_certificate_has_a_sentence_of_its_own() {
    let mut live = up_to_tls();
    live.retain(|item| !matches!(item.fact, Fact::TlsEstablished { .. }));
    live.push(tls_failed(TlsFailure::ClientCertificate(
        "the server wants a certificate of its clients, and broke it off without one".into(),
    )));
    let diagnosis = found(&submission(), live);
    assert_eq!(verdict(&diagnosis), ("tls-handshake-failed", Certainty::Likely));
    let headline = &diagnosis.verdict.headline;
    assert!(
        headline.contains("demands a certificate of its clients"),
        "{headline}"
    );
}

#[test]
fn a_neighbour_that_does_not_answer_counts_for_the_device_that_asked() {
    let asks = |asker: &str| {
        device(
            Gate::Connect,
            Fact::NeighbourSilent {
                asker: asker.parse().unwrap(),
                target: "192.168.1.1".parse().unwrap(),
                times: 6,
            },
        )
    };
    let mut case = submission();
    let unknown = found(&case, vec![asks("192.168.1.50")]);
    assert_eq!(verdict(&unknown), ("host-unreachable", Certainty::Possible));
    case.device.address = Some("192.168.1.50".into());
    let own = found(&case, vec![asks("192.168.1.50")]);
    assert_eq!(verdict(&own), ("host-unreachable", Certainty::Likely));
    assert!(
        own.verdict.headline.contains("nobody answers"),
        "{}",
        own.verdict.headline
    );
    let other = found(&case, vec![asks("192.168.1.77")]);
    assert_eq!(verdict(&other), ("inconclusive", Certainty::Possible));
}

#[test]
fn data_that_never_arrives_is_a_lost_connection_and_says_what_was_lost() {
    for (fact, words) in [
        (
            Fact::WindowClosed {
                by_device: false,
                seconds: 60,
            },
            "stops taking data",
        ),
        (
            Fact::Unacknowledged {
                by_device: true,
                times: 6,
                bytes: 1460,
            },
            "packet size",
        ),
        (Fact::PacketTooBig { mtu: 1400 }, "too big for the line"),
    ] {
        let lost = Fact::ConnectionLost {
            stage: Stage::EndOfData,
            how: Loss::TimedOut,
        };
        let diagnosis = found(
            &submission(),
            vec![device(Gate::Connect, fact), device(Gate::Content, lost)],
        );
        assert_eq!(verdict(&diagnosis), ("connection-lost", Certainty::Confirmed));
        let headline = &diagnosis.verdict.headline;
        assert!(headline.contains(words), "{headline}");
    }
}

#[test]
fn what_a_relay_meets_is_neither_the_devices_passage_nor_its_login() {
    let refused = || {
        let fact = Fact::Refused {
            stage: Stage::Auth,
            reply: Reply::new(535, vec!["5.7.8 Authentication credentials invalid".into()]),
        };
        by(Actor::Device, Gate::Authenticate, fact).onward()
    };
    let taken = || {
        let fact = Fact::Accepted {
            stage: Stage::EndOfData,
            reply: Reply::new(250, vec!["queued".into()]),
        };
        by(Actor::Device, Gate::Content, fact)
    };
    let mut case = submission();
    case.mail.server = "relay.example.test".into();
    let diagnosis = found(&case, vec![taken(), refused()]);
    assert_eq!(diagnosis.verdict.cause, "credentials-rejected");
    assert!(
        diagnosis.verdict.headline.contains("onward"),
        "{}",
        diagnosis.verdict.headline
    );
    let login = diagnosis
        .gates
        .iter()
        .find(|state| state.gate == Gate::Authenticate)
        .unwrap();
    assert_ne!(login.device, DeviceState::Failed);
    // The device's own fault comes first.
    let fact = Fact::Refused {
        stage: Stage::Rcpt,
        reply: Reply::new(550, vec!["5.7.1 Unable to relay".into()]),
    };
    let own = by(Actor::Device, Gate::Recipient, fact);
    let diagnosis = found(&case, vec![refused(), own]);
    let chain: Vec<&str> = diagnosis.chain.iter().map(|link| link.cause.as_str()).collect();
    assert_eq!(chain, ["relay-denied", "credentials-rejected"]);
}

#[test]
fn silence_where_tls_comes_first_points_to_the_setting() {
    let lost = |how| {
        let fact = Fact::ConnectionLost {
            stage: Stage::Greeting,
            how,
        };
        vec![device(Gate::Connect, fact)]
    };
    let mut case = Case::default();
    case.mail.port = 465;
    let silent = found(&case, lost(Loss::TimedOut));
    assert_eq!(verdict(&silent), ("wrong-port-for-encryption", Certainty::Likely));
    // A server that closes did not wait for a hello, and a device that speaks TLS is not silent.
    assert_eq!(verdict(&found(&case, lost(Loss::Reset))).0, "connection-lost");
    case.mail.encryption = Encryption::Tls;
    assert_eq!(verdict(&found(&case, lost(Loss::TimedOut))).0, "connection-lost");
}
