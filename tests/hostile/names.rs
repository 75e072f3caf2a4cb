//! Name servers that lie, lead in circles, talk nonsense or never answer.

use super::program::{Ran, run};
use std::net::UdpSocket;

/// A response to a query, or none.
type Answer = fn(&[u8]) -> Option<Vec<u8>>;

/// A name server over UDP; `answer` makes a response from a query, or none.
fn name_server(answer: Answer) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut query = [0; 1024];
        while let Ok((count, from)) = socket.recv_from(&mut query) {
            if let Some(response) = answer(&query[..count]) {
                let _ = socket.send_to(&response, from);
            }
        }
    });
    address
}

/// `diagnose` of a server whose name that name server knows.
#[track_caller]
fn look_up(dns: &str) -> Ran {
    let ran = run(&[
        "diagnose",
        "--server",
        "mail.example.test",
        "--port",
        "587",
        "--encryption",
        "starttls",
        "--dns",
        dns,
        "--timeout",
        "1",
        "--skip",
        "reputation",
        "--skip",
        "ports",
    ]);
    assert!(matches!(ran.code, 1 | 3), "{ran:?}");
    ran
}

/// The query turned into a response with these flags and number of answers, without its further records.
fn response(query: &[u8], code: u8, answers: u8) -> Vec<u8> {
    let question = 12 + query[12..].iter().position(|&byte| byte == 0).unwrap() + 5;
    let mut out = query[..question].to_vec();
    out[2] = 0x81;
    out[3] = 0x80 | code;
    out[4..12].copy_from_slice(&[0, 1, 0, answers, 0, 0, 0, 0]);
    out
}

/// Whether a query is about addresses of version 4.
fn asks_for_four(query: &[u8]) -> bool {
    let end = 12 + query[12..].iter().position(|&byte| byte == 0).unwrap();
    query[end + 2] == 1
}

#[test]
fn a_name_server_that_never_answers_is_unreachable() {
    look_up(&name_server(|_| None)).expect("silent name server", &["dns-unreachable"]);
}

#[test]
fn a_port_without_a_name_server_is_unreachable() {
    let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    look_up(&address.to_string()).expect("no name server", &["dns-unreachable"]);
}

#[test]
fn a_name_that_does_not_exist_is_not_found_and_not_unreachable() {
    let dns = name_server(|query| Some(response(query, 3, 0)));
    look_up(&dns).expect("NXDOMAIN", &["name-not-found"]);
}

#[test]
fn a_name_server_that_fails_or_refuses_says_nothing_about_the_name() {
    for code in [2_u8, 5] {
        let dns = match code {
            2 => name_server(|query| Some(response(query, 2, 0))),
            _ => name_server(|query| Some(response(query, 5, 0))),
        };
        look_up(&dns).expect("SERVFAIL or REFUSED", &["dns-unreachable"]);
    }
}

#[test]
fn a_name_that_points_at_itself_ends_without_an_address() {
    let dns = name_server(|query| {
        let mut out = response(query, 0, 1);
        // CNAME of the name asked for (a pointer to the question) to itself.
        out.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12]);
        Some(out)
    });
    look_up(&dns).expect("CNAME loop", &["name-not-found"]);
}

#[test]
fn nonsense_in_place_of_an_answer_is_no_address() {
    let nonsense: [Answer; 4] = [
        |_| Some(vec![0xff; 600]),
        |query| Some(query[..5].to_vec()),
        // A compression pointer that points at itself.
        |query| {
            let mut out = response(query, 0, 1);
            let here = u8::try_from(out.len()).unwrap();
            out.extend([0xc0, here, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
            Some(out)
        },
        // An answer to another question, with another number.
        |query| {
            let mut out = response(query, 0, 1);
            out[0] ^= 0xff;
            out.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
            Some(out)
        },
    ];
    for answer in nonsense {
        look_up(&name_server(answer)).expect("nonsense", &["dns-unreachable"]);
    }
}

#[test]
#[cfg_attr(target_os = "macos", ignore = "only 127.0.0.1 is loopback there")]
fn a_name_server_that_lies_is_believed_only_as_far_as_the_connection_goes() {
    // The address is loopback, where port 587 has no server: what is told is the connection.
    let dns = name_server(|query| {
        let four = asks_for_four(query);
        let mut out = response(query, 0, u8::from(four));
        if four {
            out.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 9, 9, 9]);
        }
        Some(out)
    });
    let ran = look_up(&dns);
    ran.expect("an address that nobody has", &["connection-refused"]);
    assert!(ran.tells("127.9.9.9"), "{}", ran.stdout);
}

#[test]
#[cfg_attr(target_os = "macos", ignore = "only 127.0.0.1 is loopback there")]
fn forty_addresses_are_not_all_waited_for() {
    let dns = name_server(|query| {
        let four = asks_for_four(query);
        let mut out = response(query, 0, if four { 40 } else { 0 });
        for last in 0..if four { 40 } else { 0 } {
            out.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 8, 8, last]);
        }
        Some(out)
    });
    look_up(&dns).expect("many addresses", &["connection-refused"]);
}
