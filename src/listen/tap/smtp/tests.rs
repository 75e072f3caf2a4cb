//! Dialogues as the tap hears them.

use super::*;

/// What is seen of a dialogue; lines of the server begin with a digit.
fn watch(lines: &[&str]) -> (Smtp, Vec<Seen>) {
    let mut smtp = Smtp::default();
    let mut seen = Vec::new();
    for line in lines {
        let bytes = format!("{line}\r\n");
        if line.starts_with(|c: char| c.is_ascii_digit()) {
            smtp.server(bytes.as_bytes(), &mut seen);
        } else {
            smtp.client(bytes.as_bytes(), &mut seen);
        }
    }
    (smtp, seen)
}

#[test]
fn a_whole_plain_dialogue_is_followed_and_its_password_is_nowhere() {
    let (smtp, seen) = watch(&[
        "220 mx ESMTP",
        "EHLO copier",
        "250-mx\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN",
        "AUTH LOGIN",
        "334 VXNlcm5hbWU6",
        "c2Nhbg==",
        "334 UGFzc3dvcmQ6",
        "aHVudGVyMg==",
        "235 ok",
        "MAIL FROM:<a@example.test> SIZE=9",
        "250 ok",
        "RCPT TO:<b@example.test>",
        "250 ok",
        "DATA",
        "354 go",
        "From: a\r\nDate: x\r\n\r\nMAIL FROM:<no@x>\r\n.",
        "250 taken",
        "QUIT",
        "221 bye",
    ]);
    let told = format!("{seen:?} {smtp:?}");
    assert!(
        !told.contains("hunter2") && !told.contains("aHVudGVyMg"),
        "{told}"
    );
    assert!(told.contains("user: Some(\"scan\")"), "{told}");
    assert!(!told.contains("no@x"), "{told}");
    assert!(smtp.delivered && smtp.quit && smtp.all_positive);
    assert!(seen.iter().any(|s| matches!(
        s,
        Seen::From {
            tls_offered: true,
            size: Some(9),
            ..
        }
    )));
    let ends = |s: &Seen| {
        matches!(
            s,
            Seen::Reply {
                stage: Stage::EndOfData,
                ..
            }
        )
    };
    assert!(seen.iter().any(ends));
}

#[test]
fn a_plain_login_in_one_line_keeps_nothing_of_the_password() {
    let (smtp, seen) = watch(&[
        "220 mx",
        "EHLO c",
        "250 mx",
        "AUTH PLAIN AHNjYW4AaHVudGVyMg==",
        "535 5.7.8 no",
    ]);
    let told = format!("{seen:?} {smtp:?}");
    assert!(
        !told.contains("hunter2") && !told.contains("AHNjYW4AaHVudGVyMg"),
        "{told}"
    );
    assert!(told.contains("user: Some(\"scan\")"), "{told}");
    assert!(!smtp.all_positive);
}

#[test]
fn pipelined_commands_get_their_own_replies() {
    let (_, seen) = watch(&[
        "220 mx",
        "EHLO c",
        "250 mx",
        "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA",
        "250 ok\r\n550 5.1.1 no\r\n554 no",
    ]);
    let refused: Vec<Stage> = seen
        .iter()
        .filter_map(|s| match s {
            Seen::Reply { stage, reply } if !reply.is_positive() => Some(*stage),
            _ => None,
        })
        .collect();
    assert_eq!(refused, [Stage::Rcpt, Stage::Data]);
}

#[test]
fn after_starttls_nothing_is_read_as_smtp() {
    let (smtp, _) = watch(&["220 mx", "EHLO c", "250-mx\r\n250 STARTTLS", "STARTTLS", "220 go"]);
    assert!(smtp.tls_begins());
}

#[test]
fn a_binary_chunk_is_no_command() {
    let (smtp, seen) = watch(&["220 mx", "EHLO c", "250 mx", "BDAT 6 LAST\r\nQUIT", "250 ok"]);
    assert!(smtp.delivered && !smtp.quit, "{seen:?}");
}

proptest::proptest! {
    #[test]
    fn no_traffic_makes_it_panic_or_grow(
        parts in proptest::collection::vec((proptest::bool::ANY, proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)), 0..30),
        commands in proptest::collection::vec("(EHLO x|AUTH LOGIN|AUTH PLAIN AAA|DATA|BDAT 5|STARTTLS|MAIL FROM:<a>|[a-z ]{0,9})\r\n", 0..10),
    ) {
        let mut smtp = Smtp::default();
        let mut seen = Vec::new();
        for (index, (from_server, bytes)) in parts.iter().enumerate() {
            if let Some(command) = commands.get(index) {
                smtp.client(command.as_bytes(), &mut seen);
                smtp.server(if from_server ^ true { b"250 ok\r\n" } else { b"354 go\r\n" }, &mut seen);
            }
            if *from_server { smtp.server(bytes, &mut seen) } else { smtp.client(bytes, &mut seen) }
        }
        proptest::prop_assert!(smtp.line.len() <= limits::LINE);
    }
}
