//! Listening to the copier, with the real listener and a copier that the lab plays.

use crate::live::Live;
use egui_kittest::kittest::Queryable as _;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::Phase;
use scanmedic::lab::{Library, copier};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A port that is free now.
fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    socket.local_addr().expect("its address").port()
}

/// Somebody presses Scan on a copier of the lab.
fn press_scan(name: &str, target: SocketAddr) {
    let library = Library::embedded().expect("the lab");
    let copier = library
        .copiers
        .get(name)
        .expect("the lab has this copier")
        .clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(copier::press_scan(&copier, target, "scanmedic.invalid"));
}

#[test]
fn a_copier_is_heard_and_what_it_did_becomes_evidence() {
    let mut live = Live::start();
    let state = live.harness.state_mut();
    perform(state, Action::New);
    perform(state, Action::Listen);
    live.until("this computer's addresses", |h| {
        h.state().listening.places.phase == Phase::Known
    });
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let port = free_port();
    let listening = &mut live.harness.state_mut().listening;
    listening.address = Some(here);
    listening.port = port.to_string();
    live.harness.run_steps(2);
    live.harness.get_by_label("127.0.0.1");
    live.press("Start listening");
    live.until("an open port", |h| h.state().listening.door().is_some());
    let scan = std::thread::spawn(move || press_scan("old-tls", SocketAddr::new(here, port)));
    live.until("a whole dialogue", |h| {
        h.state().listening.hearing.heard_a_whole_dialogue()
    });
    scan.join().expect("the copier is done");
    live.harness.run_steps(2);
    live.harness.get_by_label_contains("Connection 1 from 127.0.0.1");
    live.press("Stop listening");
    live.until("closed ports", |h| !h.state().listening.running());
    live.press("Diagnose with what was heard");
    live.until("the diagnosis", |h| h.state().finding.value.is_some());
    let found = live.harness.state().finding.value.as_ref().expect("a finding");
    let kinds: Vec<String> = found
        .diagnosis
        .evidence
        .iter()
        .map(|item| item.fact.kind())
        .collect();
    assert!(
        kinds.iter().any(|kind| kind.starts_with("device-tls")),
        "{kinds:?}"
    );
}

#[test]
fn a_port_that_is_none_is_told_and_cannot_be_opened() {
    let mut live = Live::start();
    perform(live.harness.state_mut(), Action::New);
    perform(live.harness.state_mut(), Action::Listen);
    live.harness.state_mut().listening.port = "70000".into();
    live.harness.run_steps(2);
    live.harness.get_by_label("A port is a number from 1 to 65535");
    perform(live.harness.state_mut(), Action::ListenStart);
    assert!(!live.harness.state().listening.running());
}
