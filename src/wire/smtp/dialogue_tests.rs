use super::*;
use crate::secret::Secret;
use crate::wire::reply::limits;
use crate::wire::smtp::auth::Mechanism;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{DuplexStream, duplex};

const LIMIT: Duration = Duration::from_millis(200);

/// A dialogue with a peer in memory.
fn pair() -> (Dialogue<DuplexStream>, DuplexStream, Transcript) {
    let (ours, theirs) = duplex(64 * 1024);
    let transcript = Transcript::default();
    (
        Dialogue::new(ours, transcript.clone(), false, LIMIT),
        theirs,
        transcript,
    )
}

/// Plays a server: after each line read, the next answer.
async fn play(mut stream: DuplexStream, answers: &[&str]) -> Vec<String> {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    for answer in answers {
        let Ok(count) = stream.read(&mut buffer).await else {
            break;
        };
        heard.push(String::from_utf8_lossy(&buffer[..count]).into_owned());
        let _ = stream.write_all(answer.as_bytes()).await;
    }
    heard
}

#[tokio::test]
async fn a_reply_may_come_split_at_every_byte() {
    let (mut dialogue, mut peer, _) = pair();
    let (reply, ()) = tokio::join!(dialogue.reply(), async {
        for byte in b"220-mx\r\n220 ready\r\n" {
            peer.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(reply.unwrap().lines, ["mx", "ready"]);
}

#[tokio::test]
async fn a_drip_of_bytes_ends_within_the_limit_of_one_step() {
    let (mut dialogue, mut peer, _) = pair();
    let started = Instant::now();
    let drip = async {
        loop {
            if peer.write_all(b"220 x").await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let result = tokio::select! {
        result = dialogue.reply() => result,
        () = drip => unreachable!(),
    };
    assert_eq!(result, Err(Fault::Lost(Loss::TimedOut)));
    assert!(started.elapsed() < LIMIT * 3);
}

#[tokio::test]
async fn five_megabytes_without_a_line_end_are_cut_off_early() {
    let (mut dialogue, mut peer, _) = pair();
    let flood = async {
        let block = [b'x'; 4096];
        for _ in 0..1280 {
            if peer.write_all(&block).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let result = tokio::select! {
        result = dialogue.reply() => result,
        () = flood => unreachable!(),
    };
    assert_eq!(result, Err(Fault::Reply(ReplyError::LineTooLong)));
    assert!(dialogue.reader.pending().len() < limits::LINE * 2);
}

#[tokio::test]
async fn closing_in_the_middle_of_a_reply_is_a_loss_and_the_half_line_is_kept() {
    let (mut dialogue, mut peer, transcript) = pair();
    peer.write_all(b"250-mx.exam").await.unwrap();
    drop(peer);
    assert_eq!(dialogue.reply().await, Err(Fault::Lost(Loss::Closed)));
    assert!(transcript.lines().iter().any(|line| line.text == "250-mx.exam"));
}

#[tokio::test]
async fn nuls_are_dropped_and_garbage_is_named() {
    let (mut dialogue, mut peer, _) = pair();
    peer.write_all(b"2\x0020 m\x00x\r\n\xff\xfe\x01garbage\r\n")
        .await
        .unwrap();
    assert_eq!(dialogue.reply().await.unwrap().text(), "mx");
    assert!(matches!(
        dialogue.reply().await,
        Err(Fault::Reply(ReplyError::NotAReply(_)))
    ));
}

#[tokio::test]
async fn helo_is_tried_only_where_ehlo_is_unknown() {
    let (mut dialogue, peer, _) = pair();
    let (result, heard) = tokio::join!(
        dialogue.hello("[192.0.2.7]"),
        play(peer, &["502 what\r\n", "250 mx\r\n"])
    );
    assert_eq!(result.unwrap().1.unwrap().hello, "mx");
    assert_eq!(heard, ["EHLO [192.0.2.7]\r\n", "HELO [192.0.2.7]\r\n"]);

    let (mut dialogue, peer, _) = pair();
    let (result, heard) = tokio::join!(dialogue.hello("x"), play(peer, &["550 bad name\r\n"]));
    assert_eq!(result.unwrap().0.code, 550);
    assert_eq!(heard.len(), 1);
}

#[tokio::test]
async fn plain_text_behind_the_starttls_reply_is_thrown_away_and_counted() {
    let (mut dialogue, peer, _) = pair();
    let answers = ["220 go\r\n250 injected\r\n"];
    let (result, _) = tokio::join!(dialogue.start_tls(), play(peer, &answers));
    let (reply, injected) = result.unwrap();
    assert_eq!((reply.code, injected), (220, 14));
}

#[tokio::test]
async fn the_password_is_nowhere_even_when_the_server_echoes_it() {
    let secret = Secret::new("hunter2-geheim");
    for (mechanism, user_form) in [
        (Mechanism::Plain, "\0scan\0hunter2-geheim"),
        (Mechanism::Login, "hunter2-geheim"),
    ] {
        let (mut dialogue, peer, transcript) = pair();
        let encoded = STANDARD.encode(user_form);
        let refusal = format!("535 5.7.8 bad {encoded} hunter2-geheim\r\n");
        let answers: &[&str] = match mechanism {
            Mechanism::Login => &["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", &refusal],
            _ => &[&refusal],
        };
        let (reply, _) = tokio::join!(
            dialogue.log_in(Login::new(mechanism, "scan", &secret)),
            play(peer, answers)
        );
        let said = format!("{:?} {:?}", transcript.lines(), reply.unwrap());
        for form in ["hunter2-geheim", &encoded, encoded.trim_end_matches('=')] {
            assert!(!said.contains(form), "{mechanism:?}: {said}");
        }
        assert!(said.contains("[secret]"));
    }
}

#[tokio::test]
async fn the_password_is_not_in_an_error_either() {
    let secret = Secret::new("hunter2-geheim");
    let (mut dialogue, peer, transcript) = pair();
    let (result, _) = tokio::join!(
        dialogue.log_in(Login::new(Mechanism::Plain, "scan", &secret)),
        play(peer, &["what is hunter2-geheim\r\n"])
    );
    let said = format!("{result:?} {:?}", transcript.lines());
    assert!(result.is_err() && !said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn a_server_that_asks_for_ever_is_cancelled() {
    let secret = Secret::new("hunter2");
    let (mut dialogue, peer, _) = pair();
    let more = "334 bW9yZQ==\r\n";
    let answers = [more, more, more, "501 cancelled\r\n"];
    let (reply, heard) = tokio::join!(
        dialogue.log_in(Login::new(Mechanism::Login, "scan", &secret)),
        play(peer, &answers)
    );
    assert_eq!(reply.unwrap().code, 501);
    assert_eq!(heard.last().unwrap(), "*\r\n");
}

#[tokio::test]
async fn lines_sent_together_go_out_in_one_write() {
    let (mut dialogue, peer, transcript) = pair();
    let lines = [
        Outgoing::line("MAIL FROM:<a@example.test>"),
        Outgoing::line("RSET"),
    ];
    let (result, heard) = tokio::join!(
        async {
            dialogue.send(&lines).await?;
            dialogue.reply().await?;
            dialogue.reply().await
        },
        play(peer, &["250 ok\r\n250 reset\r\n"])
    );
    assert_eq!(result.unwrap().text(), "reset");
    assert_eq!(heard, ["MAIL FROM:<a@example.test>\r\nRSET\r\n"]);
    assert_eq!(transcript.lines().len(), 4);
}

#[tokio::test]
async fn a_second_greeting_is_not_taken_for_the_reply_to_ehlo() {
    let (mut dialogue, peer, _) = pair();
    let peer = tokio::spawn(play(peer, &["220 once more\r\n250-mx\r\n250 STARTTLS\r\n"]));
    let (reply, ehlo) = dialogue.hello("mfp.example.test").await.unwrap();
    assert_eq!(reply.code, 250);
    assert!(ehlo.unwrap().has("STARTTLS") && dialogue.greeted_again());
    peer.await.unwrap();
}

#[tokio::test]
async fn a_server_that_answers_ehlo_with_220_alone_is_believed() {
    let (mut dialogue, peer, _) = pair();
    let (answer, ()) = tokio::join!(dialogue.hello("mfp.example.test"), async {
        let mut peer = peer;
        let mut buffer = [0; 100];
        let _ = peer.read(&mut buffer).await.unwrap();
        peer.write_all(b"220 hello\r\n").await.unwrap();
        tokio::time::sleep(LIMIT * 2).await;
    });
    assert_eq!(answer.unwrap().0.code, 220);
    assert!(!dialogue.greeted_again());
}

#[tokio::test]
async fn bytes_that_begin_no_reply_are_told_before_the_silence_behind_them() {
    for (bytes, other) in [
        (&b"\xff\xfd\x18\xff\xfd\x20"[..], true),
        (b"login: ", true),
        (b"22", false),
        (b"220 mx", false),
        (b"", false),
    ] {
        let (mut dialogue, mut peer, _) = pair();
        peer.write_all(bytes).await.unwrap();
        let heard = dialogue.reply().await;
        let not_a_reply = matches!(heard, Err(Fault::Reply(ReplyError::NotAReply(_))));
        assert_eq!(not_a_reply, other, "{bytes:?}: {heard:?}");
    }
}
