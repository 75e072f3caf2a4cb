//! The same servers against *be the copier*: it ends in time, and says nothing that is not so.

use super::program::{Ran, diagnose};
use super::script::{Act, Step, linger, misbehaving, read_line, serve};
use std::io::Write;

/// The send with and without a device's limits.
fn as_the_copier(port: u16) -> Ran {
    diagnose(port, &["--device-max-tls", "1.2"])
}

#[test]
fn a_right_server_takes_the_send_as_the_copier_too() {
    let port = serve(|stream| super::script::talk(stream, &|_| None));
    let ran = as_the_copier(port);
    ran.expect("right server", &["none"]);
    assert_eq!(ran.status("be-the-copier"), "passed", "{}", ran.stdout);
    let rows = ran.json["side_by_side"].to_string();
    assert!(
        rows.contains("TLS 1.2 with") && rows.contains("login by PLAIN accepted"),
        "{rows}"
    );
}

#[test]
fn whatever_breaks_at_whatever_step_the_copier_s_send_does_not_pass() {
    let acts = [
        Act::Close,
        Act::Reset,
        Act::Silence,
        Act::Say("554 5.7.1 quite impossible today\r\n".to_owned()),
        Act::Say("\u{0}\u{1}\u{2} no reply at all\r\n".to_owned()),
    ];
    let steps = Step::ALL
        .into_iter()
        .filter(|step| !matches!(step, Step::Data | Step::EndOfData));
    let all: Vec<(Step, Act)> = steps
        .flat_map(|step| acts.iter().map(move |act| (step, act.clone())))
        .collect();
    let next = std::sync::Mutex::new(all.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((step, act)) = next.lock().unwrap().next() else {
                        break;
                    };
                    let ran = as_the_copier(misbehaving(step, act.clone()));
                    let story = format!("{act:?} at {step:?}: {}", ran.stdout);
                    assert!(ran.status("be-the-copier") != "passed", "{story}");
                    assert!(ran.cause() != "none", "{story}");
                    assert!(ran.cause() != "device-tls-too-old", "{story}");
                }
            });
        }
    });
}

#[test]
fn a_refused_login_is_heard_once_though_the_send_is_made_twice() {
    let logins = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&logins);
    let port = serve(move |stream| {
        let counted = std::sync::Arc::clone(&counted);
        super::script::talk(stream, &move |step| {
            (step == Step::Auth).then(|| {
                counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                Act::SayAndGoOn("535 5.7.8 authentication failed\r\n".to_owned())
            })
        })
    });
    let ran = as_the_copier(port);
    ran.expect("wrong password", &["credentials-rejected"]);
    assert_eq!(
        logins.load(std::sync::atomic::Ordering::SeqCst),
        1,
        "{}",
        ran.stdout
    );
    assert_eq!(ran.status("be-the-copier"), "failed", "{}", ran.stdout);
}

#[test]
fn floods_end_for_the_copier_too() {
    let floods: [&[u8]; 3] = [b"220-and one more line\r\n", b"\xff\xfe\x00", b"250-X-MORE\r\n"];
    for flood in floods {
        let port = serve(move |mut stream| {
            stream.write_all(b"220-mail ESMTP\r\n")?;
            for _ in 0..200_000 {
                stream.write_all(flood)?;
            }
            read_line(&mut stream)?;
            linger(&mut stream)
        });
        let ran = as_the_copier(port);
        assert!(ran.status("be-the-copier") != "passed", "{}", ran.stdout);
        ran.expect("flood", &["protocol-error", "not-smtp"]);
    }
}
