//! How much a test or a question would tell about the causes that are still open, in bits.

use super::situation::Situation;
use crate::knowledge::schema::Question;

/// What tells less than this is not worth a person's time.
pub const LEAST: f64 = 0.02;

/// The information that the answer to a question is expected to give.
///
/// An answer that speaks for a cause by some log-odds is that much likelier to be given where the cause
/// holds; what is not mentioned is as likely as any other answer.
pub fn of_question(question: &Question, situation: &Situation<'_>, open: &[(&str, f64)]) -> f64 {
    let weight = |option: usize, cause: &str| -> f64 {
        question
            .options
            .get(option)
            .into_iter()
            .flat_map(|option| &option.says)
            .filter(|says| situation.holds(&says.when) && says.causes.iter().any(|known| known == cause))
            .map(|says| says.weight.log_odds())
            .sum()
    };
    let options = question.options.len();
    let rows: Vec<Vec<f64>> = open
        .iter()
        .map(|(cause, _)| {
            let raw: Vec<f64> = (0..options).map(|option| weight(option, cause).exp()).collect();
            let whole: f64 = raw.iter().sum();
            raw.into_iter().map(|part| part / whole).collect()
        })
        .collect();
    let shares: Vec<f64> = open.iter().map(|(_, share)| *share).collect();
    expected(&shares, &rows)
}

/// The information that a test is expected to give which tells the causes in `decides` from each other
/// and from all others.
pub fn of_test(decides: impl Fn(&str) -> bool, open: &[(&str, f64)]) -> f64 {
    let columns = open.len() + 1;
    let rows: Vec<Vec<f64>> = open
        .iter()
        .enumerate()
        .map(|(at, (cause, _))| {
            let seen = if decides(cause) { at } else { columns - 1 };
            (0..columns)
                .map(|column| f64::from(u8::from(column == seen)))
                .collect()
        })
        .collect();
    let shares: Vec<f64> = open.iter().map(|(_, share)| *share).collect();
    expected(&shares, &rows)
}

/// Mutual information of cause and outcome, in bits. `shares` are the causes' shares of the doubt;
/// a row holds the likelihood of each outcome where that cause holds.
fn expected(shares: &[f64], rows: &[Vec<f64>]) -> f64 {
    let whole: f64 = shares.iter().sum();
    if whole <= 0.0 {
        return 0.0;
    }
    let outcomes = rows.first().map_or(0, Vec::len);
    let likelihood = |row: &Vec<f64>, outcome: usize| row.get(outcome).copied().unwrap_or(0.0);
    let mut bits = 0.0;
    for outcome in 0..outcomes {
        let marginal: f64 = shares
            .iter()
            .zip(rows)
            .map(|(share, row)| share / whole * likelihood(row, outcome))
            .sum();
        for (share, row) in shares.iter().zip(rows) {
            let joint = share / whole * likelihood(row, outcome);
            if joint > 0.0 {
                bits += joint * (likelihood(row, outcome) / marginal).log2();
            }
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_that_tells_two_equal_causes_apart_gives_one_bit() {
        let apart = [vec![1.0, 0.0], vec![0.0, 1.0]];
        let alike = [vec![0.5, 0.5], vec![0.5, 0.5]];
        assert!((expected(&[0.5, 0.5], &apart) - 1.0).abs() < 1e-9);
        assert!(expected(&[0.5, 0.5], &alike).abs() < 1e-9);
        assert!(expected(&[0.95, 0.05], &apart) < 0.3);
    }
}
