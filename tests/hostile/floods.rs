//! Too much, too slowly, in pieces, or in bytes that no reply has.

use super::program::diagnose;
use super::script::{linger, read_line, serve};
use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Writes the same bytes until the other side goes away, and no more than 64 MB.
fn flood(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    for _ in 0..64 * 1024 * 1024 / bytes.len() {
        stream.write_all(bytes)?;
    }
    Ok(())
}

#[test]
fn a_greeting_without_end_is_a_broken_protocol() {
    let port = serve(|mut stream| flood(&mut stream, b"220-and one more line\r\n"));
    diagnose(port, &[]).expect("endless greeting", &["protocol-error"]);
}

#[test]
fn an_ehlo_list_without_end_is_a_broken_protocol() {
    let port = serve(|mut stream| {
        stream.write_all(b"220 mail ESMTP\r\n")?;
        read_line(&mut stream)?;
        flood(&mut stream, b"250-X-MORE\r\n")
    });
    diagnose(port, &[]).expect("endless EHLO list", &["protocol-error"]);
}

#[test]
fn five_megabytes_without_a_line_end_are_not_kept() {
    let port = serve(|mut stream| {
        stream.write_all(&vec![b'x'; 5 * 1024 * 1024])?;
        linger(&mut stream)
    });
    diagnose(port, &[]).expect("one line of 5 MB", &["protocol-error"]);
}

#[test]
fn a_line_without_end_inside_a_reply_is_a_broken_protocol() {
    let port = serve(|mut stream| {
        stream.write_all(b"220 mail ESMTP\r\n")?;
        read_line(&mut stream)?;
        stream.write_all(b"250-mail\r\n250-")?;
        flood(&mut stream, &[b'y'; 4096])
    });
    diagnose(port, &[]).expect("EHLO line of 64 MB", &["protocol-error"]);
}

#[test]
fn one_byte_each_tenth_of_a_second_ends_by_the_limit_of_the_step() {
    let port = serve(|mut stream| {
        for byte in b"220-this greeting takes longer than anybody waits for it\r\n"
            .iter()
            .cycle()
        {
            stream.write_all(&[*byte])?;
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    });
    diagnose(port, &[]).expect("drip feed", &["connection-lost"]);
}

#[test]
fn lines_that_trickle_in_do_not_renew_the_limit() {
    let port = serve(|mut stream| {
        stream.write_all(b"220 mail ESMTP\r\n")?;
        read_line(&mut stream)?;
        loop {
            stream.write_all(b"250-X-MORE\r\n")?;
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    diagnose(port, &[]).expect("EHLO list that trickles", &["connection-lost"]);
}

/// Plays a whole plain conversation, each reply through `write`.
fn plain(mut stream: TcpStream, write: fn(&mut TcpStream, &[u8]) -> io::Result<()>) -> io::Result<()> {
    write(&mut stream, b"220-mail.example.test ESMTP\r\n220 ready\r\n")?;
    loop {
        let line = read_line(&mut stream)?;
        let reply: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-mail.example.test\r\n250-AUTH PLAIN\r\n250 SIZE 1000\r\n",
            "AUTH" => b"235 2.7.0 ok\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 2.1.0 ok\r\n",
        };
        write(&mut stream, reply)?;
    }
}

#[test]
fn replies_split_at_every_byte_are_read_whole() {
    let port = serve(|stream| {
        plain(stream, |stream, reply| {
            for byte in reply {
                stream.write_all(&[*byte])?;
                std::thread::sleep(Duration::from_micros(300));
            }
            Ok(())
        })
    });
    diagnose(port, &["--encryption", "none"]).expect("split at every byte", &["none"]);
}

#[test]
fn nul_bytes_in_replies_are_dropped_and_the_replies_understood() {
    let port = serve(|stream| {
        plain(stream, |stream, reply| {
            let with_nuls: Vec<u8> = reply.iter().flat_map(|&byte| [byte, 0]).collect();
            stream.write_all(&with_nuls)
        })
    });
    let ran = diagnose(port, &["--encryption", "none"]);
    ran.expect("NUL behind every byte", &["none"]);
    assert!(!ran.stdout.contains("\\u0000") && !ran.stdout.contains('\0'));
}

#[test]
fn a_refusal_in_eight_bit_text_with_terminal_commands_is_told_without_them() {
    let port = serve(|mut stream| {
        stream.write_all(b"554 5.7.1 gesch\xfctzt \x1b[31m\x07 gr\xc3\xbcn \xe2\x80\xae\r\n")?;
        linger(&mut stream)
    });
    let ran = diagnose(port, &[]);
    assert!(ran.tells("gr\u{fc}n"), "{}", ran.stdout);
    for harmful in ["\u{1b}", "\\u001b", "\u{7}", "\\u0007", "\u{202e}", "\\u202e"] {
        assert!(
            !ran.stdout.contains(harmful) && !ran.stderr.contains(harmful),
            "{harmful:?}"
        );
    }
    assert_eq!(ran.code, 1, "{}", ran.stdout);
}
