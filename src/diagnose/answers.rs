//! Questions to a person: which are worth asking, and what the answers say.

use super::situation::Situation;
use super::term::{Term, bounded};
use super::{Choice, Question};
use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::schema::{self, AnswerOption};
use crate::knowledge::{Knowledge, causes};

/// Questions that are put at one time, so that nobody has to fill in a form.
const AT_ONCE: usize = 3;

/// What the answers given so far say about causes.
pub fn terms(situation: &Situation<'_>, evidence: &[Evidence], knowledge: &Knowledge) -> Vec<Term> {
    let mut terms = Vec::new();
    for (position, item) in evidence.iter().enumerate() {
        let Fact::Answer { question, value } = &item.fact else {
            continue;
        };
        let Some((_, option)) = option_of(question, value, knowledge) else {
            continue;
        };
        for says in option.says.iter().filter(|says| situation.holds(&says.when)) {
            terms.extend(says.causes.iter().map(|cause| Term {
                cause: cause.clone(),
                evidence: position,
                with: Vec::new(),
                weight: says.weight.log_odds(),
                key: format!("answer {question}"),
                cap: bounded(says.weight.cap(), item.basis),
                gate: causes::gate_of(cause).unwrap_or(Gate::Device),
                actor: Actor::Laptop,
                excludes: false,
            }));
        }
    }
    terms
}

/// The answer that a case holds, as knowledge has it.
pub fn option_of<'k>(
    question: &str,
    value: &str,
    knowledge: &'k Knowledge,
) -> Option<(&'k schema::Question, &'k AnswerOption)> {
    let question = knowledge.question(question)?;
    let option = question.options.iter().find(|option| option.value == value)?;
    Some((question, option))
}

/// What has been answered, and the few questions whose answers would tell most about the open causes.
///
/// `open` holds the causes between which it is not decided, with their shares of the doubt.
pub fn questions(situation: &Situation<'_>, open: &[(&str, f64)], knowledge: &Knowledge) -> Vec<Question> {
    let answer = |question: &schema::Question| situation.case.answers.get(&question.id).cloned();
    let mut put: Vec<Question> = knowledge
        .questions
        .iter()
        .filter(|question| answer(question).is_some())
        .map(|question| shown(question, answer(question)))
        .collect();
    let mut worth: Vec<(f64, &schema::Question)> = knowledge
        .questions
        .iter()
        .filter(|question| answer(question).is_none() && situation.holds(&question.when))
        .map(|question| {
            (
                super::information::of_question(question, situation, open),
                question,
            )
        })
        .filter(|(bits, _)| *bits >= super::information::LEAST)
        .collect();
    worth.sort_by(|a, b| b.0.total_cmp(&a.0));
    put.extend(
        worth
            .into_iter()
            .take(AT_ONCE)
            .map(|(_, question)| shown(question, None)),
    );
    put
}

fn shown(question: &schema::Question, answer: Option<String>) -> Question {
    Question {
        id: question.id.clone(),
        text: question.text.clone(),
        why: question.why.clone(),
        options: question
            .options
            .iter()
            .map(|option| Choice {
                value: option.value.clone(),
                text: option.text.clone(),
            })
            .collect(),
        answer,
    }
}
