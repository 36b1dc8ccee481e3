//! Carrying typed text over to a text that changed meanwhile.
//!
//! In: the text typing began on, what is typed, what arrived. Out: a text with both, and where the caret belongs in it.
//! Plain functions over plain text: never decides what is kept, never touches a field.

/// What a person typed since `from`, as one splice.
struct Splice<'a> {
    /// Characters before it that both texts share.
    start: usize,
    /// Characters of `from` it takes out.
    removed: usize,
    /// What it puts in.
    inserted: &'a [char],
}

fn shared_start(left: &[char], right: &[char]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

fn shared_end(left: &[char], right: &[char]) -> usize {
    left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count()
}

fn splice<'a>(from: &[char], to: &'a [char]) -> Splice<'a> {
    let start = shared_start(from, to);
    let longest_end = from.len().min(to.len()) - start;
    let end = shared_end(from, to).min(longest_end);
    Splice {
        start,
        removed: from.len() - start - end,
        inserted: to.get(start..to.len() - end).unwrap_or(&[]),
    }
}

/// Where a place of `from` is in `to`: before the difference as it was, behind it moved by its length.
fn moved(place: usize, from: &[char], to: &[char]) -> usize {
    let change = splice(from, to);
    if place <= change.start {
        place
    } else if place >= change.start + change.removed {
        place - change.removed + change.inserted.len()
    } else {
        change.start + change.inserted.len()
    }
}

/// `typed`, which grew out of `from`, carried over to `onto`, which grew out of `from` elsewhere.
pub fn carried(from: &str, typed: &str, onto: &str) -> String {
    let [from, typed, onto] = [from, typed, onto].map(|text| text.chars().collect::<Vec<_>>());
    let change = splice(&from, &typed);
    let start = moved(change.start, &from, &onto).min(onto.len());
    let end = moved(change.start + change.removed, &from, &onto).clamp(start, onto.len());
    onto.iter().take(start).chain(change.inserted).chain(onto.iter().skip(end)).collect()
}

/// Where the caret belongs after `from` became `to`, in UTF-16 units as the browser counts.
pub fn caret(caret: u32, from: &str, to: &str) -> u32 {
    let mut units = 0;
    let place = from
        .chars()
        .take_while(|letter| {
            units += letter.len_utf16();
            units <= caret as usize
        })
        .count();
    let [from, to] = [from, to].map(|text| text.chars().collect::<Vec<_>>());
    let units: usize = to.iter().take(moved(place, &from, &to)).map(|letter| letter.len_utf16()).sum();
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_typed_meanwhile_stay_beside_words_that_arrived() {
        assert_eq!(
            carried("She falls.", "She falls at night.", "Says: She falls."),
            "Says: She falls at night."
        );
        assert_eq!(carried("abc", "abXc", "abc and more"), "abXc and more");
        assert_eq!(carried("", "mine", "theirs"), "minetheirs");
        assert_eq!(carried("one two", "two", "one two three"), "two three");
    }

    #[test]
    fn nothing_typed_leaves_what_arrived() {
        assert_eq!(carried("abc", "abc", "xyz"), "xyz");
    }

    #[test]
    fn the_caret_stays_at_its_word_when_words_arrive_before_it() {
        assert_eq!(caret(3, "abc", "xx abc"), 6);
        assert_eq!(caret(1, "abc", "abc more"), 1);
        assert_eq!(caret(2, "\u{1f600}b", "a\u{1f600}b"), 3);
    }
}
