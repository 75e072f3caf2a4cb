//! Signing in with a code: the page and the code in large letters, how long it holds, and how it ended.

use super::copyable;
use crate::evidence::TokenState;
use crate::gui::action::Action;
use crate::gui::state::sign_in::ready;
use crate::gui::state::{Phase, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::field::{self, Below, row};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, prose, tag};
use crate::probe::sign_in::NoToken;
use crate::probe::token::TokenReading;
use egui::{Label, Ui};
use jiff::tz::TimeZone;
use std::time::Duration;

/// Which application signs in, and a button that tries it.
pub fn form(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("sign-in-title"))).wrap());
    let knowledge = std::sync::Arc::clone(&state.knowledge);
    let authority = knowledge.authority_for(state.case.mail.server.trim());
    let below = authority.map_or_else(
        || tr!("sign-in-below-unknown"),
        |known| tr!("sign-in-below", authority = known.name.as_str()),
    );
    ui.add(Label::new(theme::muted(ui, below)).wrap());
    ui.add_space(space::XS);
    let running = state.signing_in.running();
    ui.add_enabled_ui(!running, |ui| {
        let typed = &mut state.case.application;
        let mut fields = vec![(tr!("sign-in-client-id"), String::new(), &mut typed.client_id)];
        match authority {
            Some(known) => fields.push((tr!("sign-in-tenant"), known.tenant.clone(), &mut typed.tenant)),
            None => fields.extend([
                (
                    tr!("sign-in-device-endpoint"),
                    String::new(),
                    &mut typed.device_endpoint,
                ),
                (
                    tr!("sign-in-token-endpoint"),
                    String::new(),
                    &mut typed.token_endpoint,
                ),
                (tr!("sign-in-scope"), String::new(), &mut typed.scope),
            ]),
        }
        for (name, hint, slot) in fields {
            row(ui, &name, Below::default(), |ui| {
                field::line(ui, &name, slot, hint)
            });
        }
    });
    let ready = ready(&state.case.application, authority).is_some();
    if !ready {
        ui.add(Label::new(theme::detail(ui, tr!("sign-in-not-ready"))).wrap());
    }
    if running {
        code(ui, state, Action::SignInStop, out);
        return;
    }
    let free = ready && !state.run.running() && !state.listening.running();
    ui.add_enabled_ui(free, |ui| {
        if button::secondary(ui, tr!("sign-in-try")).clicked() {
            out.push(Action::SignIn);
        }
    });
    if let Phase::Failed(problem) = &state.signing_in.phase {
        field::failure(ui, problem);
    }
    match &state.signing_in.outcome {
        Some(Ok(reading)) => signed_in(ui, reading),
        Some(Err(why)) => refused(ui, why),
        None => {}
    }
}

/// What a person has to do now: open the page, enter the code. `stop` is what the button does.
pub fn code(ui: &mut Ui, state: &State, stop: Action, out: &mut Vec<Action>) {
    let Some((prompt, _)) = &state.signing_in.prompt else {
        ui.horizontal(|ui| {
            icon(ui, Mark::Running, 9.0, tr!("word-running"));
            ui.add(Label::new(theme::text(tr!("sign-in-asking"))).wrap());
        });
        if button::secondary(ui, tr!("sign-in-stop")).clicked() {
            out.push(stop);
        }
        return;
    };
    ui.add_space(space::XS);
    ui.add(Label::new(theme::text(tr!("sign-in-open"))).wrap());
    copyable(ui, tr!("sign-in-page"), &prompt.page, true, out);
    ui.add(Label::new(theme::text(tr!("sign-in-enter"))).wrap());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        ui.add(Label::new(theme::display(&prompt.code)).wrap().selectable(true));
        if button::secondary(ui, tr!("sign-in-copy-code")).clicked() {
            out.push(Action::Copy(prompt.code.clone(), tr!("sign-in-code")));
        }
    });
    ui.horizontal_wrapped(|ui| {
        icon(ui, Mark::Running, 8.0, tr!("word-running"));
        let left = state.signing_in.left().unwrap_or_default().as_secs();
        let left = format!("{}:{:02}", left / 60, left % 60);
        ui.add(Label::new(theme::muted(ui, tr!("sign-in-waiting", left = left))).wrap());
    });
    ui.ctx().request_repaint_after(Duration::from_secs(1));
    if button::secondary(ui, tr!("sign-in-stop")).clicked() {
        out.push(stop);
    }
}

/// What the token is.
fn signed_in(ui: &mut Ui, reading: &TokenReading) {
    let palette = Palette::of(ui);
    ui.add_space(space::XS);
    card::line(ui);
    let fits = |state: TokenState| matches!(state, TokenState::Fits | TokenState::Opaque);
    let good = reading.findings.iter().all(|(state, _)| fits(*state));
    let (words, tone) = if good {
        (tr!("sign-in-done"), palette.passed)
    } else {
        (tr!("sign-in-done-but"), palette.attention)
    };
    let _ = tag::tag(ui, words, tone);
    for (state, sentence) in &reading.findings {
        ui.horizontal_top(|ui| {
            let (mark, word) = match state {
                TokenState::Fits => (Mark::Passed, tr!("word-passed-2")),
                TokenState::Opaque => (Mark::Unknown, tr!("word-not-known")),
                _ => (Mark::Attention, tr!("field-attention")),
            };
            icon(ui, mark, 8.0, word);
            let _ = prose::text(ui, sentence);
        });
    }
    let ends = reading.expires.map(|end| {
        let end = end.to_zoned(TimeZone::system());
        end.strftime("%Y-%m-%d %H:%M").to_string()
    });
    for (name, value) in [
        (
            tr!("sign-in-account"),
            reading.account.clone().unwrap_or_default(),
        ),
        (tr!("sign-in-permissions"), reading.permissions.join(", ")),
        (tr!("sign-in-ends"), ends.unwrap_or_default()),
    ] {
        if !value.is_empty() {
            card::fact_row(ui, name, value);
        }
    }
    ui.add(Label::new(theme::detail(ui, tr!("sign-in-thrown-away"))).wrap());
}

/// Why none came, and what to do.
fn refused(ui: &mut Ui, why: &NoToken) {
    ui.add_space(space::XS);
    card::line(ui);
    let tone = Palette::of(ui).failed;
    let _ = tag::tag(ui, tr!("sign-in-refused"), tone);
    let sentence = words::capital(&why.sentence());
    ui.add(Label::new(theme::text(sentence)).wrap().selectable(true));
    let advice = match why.error.as_str() {
        "access_denied" | "authorization_declined" => tr!("sign-in-advice-declined"),
        "expired_token" => tr!("sign-in-advice-expired"),
        "unreachable" => tr!("sign-in-advice-unreachable"),
        "unreadable" => tr!("sign-in-advice-unreadable"),
        "invalid_client" | "unauthorized_client" => tr!("sign-in-advice-client"),
        "invalid_scope" => tr!("sign-in-advice-scope"),
        _ => tr!("sign-in-advice-other"),
    };
    ui.add(Label::new(theme::muted(ui, advice)).wrap());
}
