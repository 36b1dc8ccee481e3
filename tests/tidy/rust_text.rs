//! Rust without what is not code: comments, texts between quotes, the tests at the end of a file.
//!
//! In: source text. Out: the same number of lines. Made for rules about words, not for compiling: it knows comments,
//! strings, raw strings and characters, and nothing else of the language.

/// Replaces comments and the inside of texts by nothing; line breaks stay, so that line numbers do.
pub(crate) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = skipped_length(rest, code.chars().next_back());
        if skipped == 0 {
            code.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        } else {
            let (gone, after) = rest.split_at_checked(skipped).unwrap_or((rest, ""));
            code.push(' ');
            code.extend(gone.chars().filter(|c| *c == '\n'));
            rest = after;
        }
    }
    code
}

/// How many bytes at the start of `rest` are a comment or a text; 0 for code.
fn skipped_length(rest: &str, before: Option<char>) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end.saturating_add(2));
    }
    if rest.starts_with('"') {
        return closing_quote(rest);
    }
    let in_a_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with('r') && !in_a_word {
        return raw_string(rest);
    }
    if rest.starts_with('\'') { character(rest) } else { 0 }
}

/// The length of `"…"`, escapes heeded.
fn closing_quote(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at.saturating_add(1),
            _ => {}
        }
    }
    rest.len()
}

/// The length of `r"…"` or `r#"…"#`; 0 for a word that begins with r.
fn raw_string(rest: &str) -> usize {
    let hashes = rest.chars().skip(1).take_while(|c| *c == '#').count();
    let open = hashes.saturating_add(2);
    if rest.chars().nth(hashes.saturating_add(1)) != Some('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = rest.get(open..).unwrap_or_default();
    inside.find(&close).map_or(rest.len(), |at| open.saturating_add(at).saturating_add(close.len()))
}

/// The length of `'x'` or `'\n'`; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let Some((_, first)) = chars.next() else { return 0 };
    // An escape has one more character, or several for `\u{…}`; the first of them may be a quote.
    if first == '\\' {
        chars.next();
    }
    let close = if first == '\\' { chars.find(|(_, c)| *c == '\'') } else { chars.next() };
    match close {
        Some((at, '\'')) => at.saturating_add(1),
        _ => 0,
    }
}

/// The part before the tests, which by house style are the last thing in a file.
pub(crate) fn without_tests(code: &str) -> &str {
    match code.find("#[cfg(test)]\nmod ") {
        Some(at) => code.get(..at).unwrap_or(code),
        None => code,
    }
}

/// True when `word` stands in `code` as a word of its own: not inside a longer name.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code.get(at.saturating_add(word.len())..).and_then(|text| text.chars().next());
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

#[test]
fn comments_and_texts_are_gone_and_line_numbers_stay() {
    let source = "let a = \"visit\"; // visit\n/* visit\n */ let b = r#\"visit \"x\" \"#;\nlet c = '\"'; let visit: &'a str;";
    let code = code_only(source);
    assert_eq!(code.matches("visit").count(), 1, "{code}");
    assert_eq!(code.lines().count(), source.lines().count());
    assert_eq!(code.lines().last(), Some("let c =  ; let visit: &'a str;"));
}

#[test]
fn an_escaped_quote_does_not_end_a_text() {
    assert_eq!(code_only(r#"say("a \" b", c)"#), "say( , c)");
    assert_eq!(code_only(r"is('\'', c)"), "is( , c)");
}

#[test]
fn tests_at_the_end_of_a_file_are_left_out() {
    assert_eq!(without_tests("fn a() {}\n#[cfg(test)]\nmod tests {}"), "fn a() {}\n");
}

#[test]
fn a_word_inside_a_longer_name_is_not_that_word() {
    assert!(has_word("use sqlx::Pool;", "sqlx"));
    assert!(!has_word("use sqlx_like::Pool;", "sqlx"));
    assert!(has_word("a_sqlx; sqlx", "sqlx"));
}
