//! The device's web page: the server header, the title, the name of a login, a redirect on the same host.

use super::http::{self, Answer};
use super::old_page as old;
use super::text::readable;
use crate::knowledge::regexes::compiled;
use std::net::{IpAddr, SocketAddr};

/// Redirects that are followed at most; never to another host.
const MAX_HOPS: usize = 3;

/// Where a page is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    tls: bool,
    port: u16,
    path: String,
}

/// Looks at the page on the given port, else on 80 and 443 at once; gives the lines that patterns are
/// tried on (`Server: …`, `Title: …`, `Realm: …`, `Location: …`, visible text) and the port.
pub async fn look(ip: IpAddr, port: Option<u16>, host: &str) -> Result<(String, u16), String> {
    if let Some(port) = port {
        let tls = matches!(port, 443 | 8443);
        return match follow(ip, host, tls, port).await {
            Ok(page) => Ok((page, port)),
            // A port of somebody's own choice may speak TLS, and that of another age.
            Err(problem) if problem.starts_with("no TLS session") || problem.contains("not HTTP") => {
                let target = SocketAddr::new(ip, port);
                let page = match follow(ip, host, true, port).await {
                    Ok(page) => Some(page),
                    Err(_) => old::page(target, host).await,
                };
                Ok((page.ok_or(problem)?, port))
            }
            Err(problem) => Err(problem),
        };
    }
    let (plain, tls) = tokio::join!(follow(ip, host, false, 80), follow(ip, host, true, 443));
    let tls = match tls {
        Err(problem) if problem.starts_with("no TLS session") => {
            old::page(SocketAddr::new(ip, 443), host).await.ok_or(problem)
        }
        other => other,
    };
    match (plain, tls) {
        (Ok(plain), Ok(tls)) => Ok((format!("{plain}\n{tls}"), 80)),
        (Ok(page), Err(_)) => Ok((page, 80)),
        (Err(_), Ok(page)) => Ok((page, 443)),
        (Err(plain), Err(tls)) => Err(format!("port 80: {plain}; port 443: {tls}")),
    }
}

async fn follow(ip: IpAddr, host: &str, tls: bool, port: u16) -> Result<String, String> {
    let mut place = Place {
        tls,
        port,
        path: "/".to_owned(),
    };
    let mut seen = String::new();
    for _ in 0..MAX_HOPS {
        let answer = http::ask(http::Ask {
            target: SocketAddr::new(ip, place.port),
            tls: place.tls,
            host,
            path: &place.path,
            post: None,
        })
        .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(_) if !seen.is_empty() => break,
            Err(problem) => return Err(problem),
        };
        seen.push_str(&lines(&answer));
        match next(&answer, &place, ip, host) {
            Some(there) if there != place => place = there,
            _ => break,
        }
    }
    Ok(seen)
}

/// The lines of an answer that say whose page it is.
fn lines(answer: &Answer) -> String {
    let mut lines = String::new();
    let mut line = |label: &str, text: Option<String>| {
        if let Some(text) = text {
            lines.push_str(label);
            lines.push_str(&text);
            lines.push('\n');
        }
    };
    line(
        "Status: ",
        readable(answer.head.lines().next().unwrap_or_default().as_bytes()),
    );
    for (label, field) in [
        ("Server: ", "Server"),
        ("Date: ", "Date"),
        ("Realm: ", "WWW-Authenticate"),
        ("Location: ", "Location"),
        ("Refresh: ", "Refresh"),
    ] {
        line(
            label,
            answer.field(field).and_then(|value| readable(value.as_bytes())),
        );
    }
    line("Title: ", group(&answer.body, r"<title[^>]*>([^<]{1,300})"));
    line(
        "Refresh: ",
        group(
            &answer.body,
            r#"http-equiv=["']?refresh["'][^>]{0,200}url=([^"'> ]{1,300})"#,
        ),
    );
    let text = group(
        &answer.body,
        r"((?:copyright|productName)[^<]{0,120}(?:>[^<]{0,80})?)",
    );
    line("Text: ", text);
    lines
}

/// The next place, where the answer leads to one on the same host.
fn next(answer: &Answer, here: &Place, ip: IpAddr, host: &str) -> Option<Place> {
    let refresh = || {
        group(
            &answer.body,
            r#"http-equiv=["']?refresh["'][^>]{0,200}url=([^"'> ]{1,300})"#,
        )
    };
    let to = match answer.status {
        300..=399 => answer.field("Location").map(str::to_owned),
        _ => refresh(),
    }?;
    let (tls, rest) = match to.split_once("://") {
        Some((scheme, rest)) => (scheme.eq_ignore_ascii_case("https"), rest),
        None if to.starts_with('/') => {
            return Some(Place {
                path: to,
                ..here.clone()
            });
        }
        None => {
            return Some(Place {
                path: format!("/{to}"),
                ..here.clone()
            });
        }
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (name, port.parse().ok()?),
        _ => (authority, if tls { 443 } else { 80 }),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let same = name.eq_ignore_ascii_case(host) || name.parse() == Ok(ip);
    (same && port != 9100 && port != 631).then(|| Place {
        tls,
        port,
        path: if path.is_empty() {
            "/".to_owned()
        } else {
            path.to_owned()
        },
    })
}

/// The first group of the first match in a page, cleaned.
fn group(body: &[u8], pattern: &str) -> Option<String> {
    let regex = compiled(pattern)?;
    readable(regex.captures(body)?.get(1)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        Place {
            tls: false,
            port: 80,
            path: path.to_owned(),
        }
    }

    #[test]
    fn a_redirect_to_another_host_or_to_the_print_port_is_not_followed() {
        let ip: IpAddr = "192.0.2.1".parse().unwrap();
        let answer = |to: &str| {
            http::parse(format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n").as_bytes()).unwrap()
        };
        let next = |to: &str| next(&answer(to), &place("/"), ip, "copier");
        assert_eq!(next("http://192.0.2.9/"), None);
        assert_eq!(next("http://192.0.2.1:9100/"), None);
        assert_eq!(next("/main.html"), Some(place("/main.html")));
        let there = next("https://192.0.2.1:8443/rps/").unwrap();
        assert_eq!(
            (there.tls, there.port, there.path.as_str()),
            (true, 8443, "/rps/")
        );
    }

    #[test]
    fn title_server_and_realm_become_lines() {
        let answer = http::parse(
            b"HTTP/1.1 401 No\r\nServer: X/1\r\nWWW-Authenticate: Basic realm=\"CentreWare\"\r\n\r\n<TITLE>\nEX 9 </TITLE>",
        )
        .unwrap();
        let text = lines(&answer);
        assert!(
            text.contains("Server: X/1\n") && text.contains("Title: EX 9\n"),
            "{text}"
        );
        assert!(text.contains("CentreWare"));
    }
}
