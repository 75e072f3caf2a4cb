//! A step of the knowledge with the case's names in it, and the words of the device in hand.

use super::{Entry, Step};
use crate::case::Encryption;
use crate::diagnose::situation::Situation;
use crate::diagnose::words;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Device, Habit, RemedyStep};

/// The step, filled.
pub fn step(step: &RemedyStep, cause: &str, situation: &Situation<'_>, knowledge: &Knowledge) -> Step {
    let device = device(situation, knowledge);
    let fill = |text: &String| words::fill(text, situation);
    let command = step
        .command
        .as_deref()
        .map(|command| words::fill_command(command, situation));
    let place = step
        .place
        .as_deref()
        .and_then(|place| place_of(place, device, situation));
    // Values have a page of their own on the device, whether the step says so or not.
    let place = place.or_else(|| {
        let device = device.filter(|_| !step.enter.is_empty())?;
        menu(device, "smtp", situation)
    });
    let enter = step
        .enter
        .iter()
        .map(|(setting, value)| Entry {
            setting: words::fill_value(&label(setting, device), situation),
            value: value_of(setting, value, device, situation),
        })
        .collect();
    let habit = |pick: fn(&Habit) -> Option<&String>| {
        let mut fits = knowledge
            .habits
            .iter()
            .filter(|habit| fits(habit, step, place.is_some()));
        fits.find_map(pick).cloned()
    };
    Step {
        key: String::new(),
        cause: cause.to_owned(),
        title: words::fill(&step.title, situation),
        detail: words::fill(&step.detail, situation),
        who: step.who,
        enter,
        risk: step
            .risk
            .as_ref()
            .map(fill)
            .or_else(|| habit(|habit| habit.risk.as_ref())),
        takes: step
            .takes
            .as_ref()
            .map(fill)
            .or_else(|| habit(|habit| habit.takes.as_ref())),
        undo: step
            .undo
            .as_deref()
            .map(|undo| words::fill_command(undo, situation))
            .or_else(|| habit(|habit| habit.undo.as_ref())),
        caution: step.caution.as_ref().map(fill),
        place,
        command,
    }
}

/// What is known of the maker's devices.
fn device<'a>(situation: &Situation<'_>, knowledge: &'a Knowledge) -> Option<&'a Device> {
    let vendor = situation.case.device.vendor.as_deref()?;
    knowledge.device_of(vendor)
}

/// A place, filled. `menu:TOPIC/TOPIC | OTHERWISE` is the maker's own path for the first topic that it has, and
/// the words behind the bar for every other device.
fn place_of(place: &str, device: Option<&Device>, situation: &Situation<'_>) -> Option<String> {
    let Some(named) = place.strip_prefix("menu:") else {
        return Some(words::fill(place, situation));
    };
    let (topics, otherwise) = named
        .split_once(" | ")
        .map_or((named, None), |(topics, otherwise)| (topics, Some(otherwise)));
    device
        .and_then(|device| topics.split('/').find_map(|topic| menu(device, topic, situation)))
        .or_else(|| otherwise.map(|words| words::fill(words, situation)))
}

/// The maker's menu path for a topic such as `smtp`: the one for this model's platform, else the first.
fn menu(device: &Device, topic: &str, situation: &Situation<'_>) -> Option<String> {
    let model = situation
        .case
        .device
        .model
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let of_topic = || device.menus.iter().filter(|menu| menu.topic == topic);
    // The words of the model that a platform names; numbers count most.
    let score = |platform: &str| {
        let platform = platform.to_lowercase();
        let words = model.split(|letter: char| !letter.is_alphanumeric());
        words
            .filter(|word| word.len() > 2 && platform.contains(word))
            .map(|word| {
                if word.chars().any(|letter| letter.is_ascii_digit()) {
                    3
                } else {
                    1
                }
            })
            .sum::<i32>()
    };
    let mut best = of_topic().next()?;
    for menu in of_topic() {
        if score(&menu.platform) > score(&best.platform) {
            best = menu;
        }
    }
    let sure = match best.mark {
        crate::knowledge::schema::Mark::Confirmed | crate::knowledge::schema::Mark::Reported => "",
        _ => " (commonly there)",
    };
    Some(format!("{}{sure}", best.path))
}

/// The setting in the device's own words.
fn label(setting: &str, device: Option<&Device>) -> String {
    let labels = device.map(|device| &device.labels);
    let own = match setting {
        "server" => labels.and_then(|labels| labels.server.clone()),
        "port" => labels.and_then(|labels| labels.port.clone()),
        "encryption" => labels.and_then(|labels| labels.encryption.clone()),
        "auth" => labels.and_then(|labels| labels.auth.clone()),
        "from" => labels.and_then(|labels| labels.from.clone()),
        _ => None,
    };
    own.unwrap_or_else(|| {
        let plain = match setting {
            "server" => "Mail server",
            "port" => "Port",
            "encryption" => "Connection encryption",
            "auth" => "Authentication",
            "user" => "User name",
            "password" => "Password",
            "from" => "Sender address",
            other => other,
        };
        plain.to_owned()
    })
}

/// The value, encryption in the device's own word where it is known.
fn value_of(setting: &str, value: &str, device: Option<&Device>, situation: &Situation<'_>) -> String {
    let filled = words::fill(value, situation);
    if setting != "encryption" {
        // A value is entered as it is: no capital letter in front.
        return if value.starts_with('{') {
            words::fill_value(value, situation)
        } else {
            filled
        };
    }
    let all = [
        Encryption::None,
        Encryption::StartTlsIfAvailable,
        Encryption::StartTls,
        Encryption::Tls,
    ];
    let own = all
        .iter()
        .position(|one| one.id() == value)
        .and_then(|place| device?.labels.encryption_values.get(place))
        .filter(|word| !word.is_empty());
    own.cloned().unwrap_or_else(|| {
        let plain = match value {
            "none" => "None",
            "starttls-if-available" => "STARTTLS where offered",
            "starttls" => "STARTTLS",
            "tls" => "SSL/TLS",
            _ => return filled,
        };
        plain.to_owned()
    })
}

/// Whether a habit holds of a step.
fn fits(habit: &Habit, step: &RemedyStep, placed: bool) -> bool {
    let begins = |line: &str, words: &[String]| {
        words
            .iter()
            .any(|word| line.trim_start().starts_with(word.as_str()))
    };
    let lines = || step.command.as_deref().unwrap_or_default().lines();
    (habit.who.is_empty() || habit.who.contains(&step.who))
        && (habit.commands.is_empty()
            || (step.command.is_some() && lines().all(|line| begins(line, &habit.commands))))
        && !lines().any(|line| begins(line, &habit.not_commands))
        && (!habit.enters || !step.enter.is_empty())
        && (!habit.acts || placed || step.command.is_some())
}
