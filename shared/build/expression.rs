//! Reads the rule language of the home safety items.
//!
//! In: the text of one rule, its choices and the known flags. Out: the parsed rule, or what is wrong with it.
//! Runs at build time only. Never guesses: a word that is neither a choice nor a flag is an error.
//! Source: the first of the rules of `content/home_safety.json`.

use crate::expression::Expression;

/// What the words of a rule may name.
pub(crate) struct Names<'a> {
    /// Choices of the item; empty for a number.
    pub(crate) options: &'a [String],
    /// Ids of the flags.
    pub(crate) flags: &'a [String],
}

/// Parses one rule.
///
/// # Errors
/// A sentence that names the word that does not fit.
pub(crate) fn parse(text: &str, names: &Names<'_>) -> Result<Expression, String> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, names };
    let found = reader.any()?;
    match reader.next() {
        None => Ok(found),
        Some(token) => Err(format!("nothing may follow the rule, found {token:?}")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Compare(&'static str),
    Word(String),
    Quoted(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let symbol = [">=", "<=", ">", "<"].into_iter().find(|symbol| rest.starts_with(symbol));
        let (token, length) = match (first, symbol) {
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (_, Some(symbol)) => (Token::Compare(symbol), symbol.len()),
            ('"', _) => {
                let inner = rest.split('"').nth(1).filter(|inner| rest.len() > inner.len() + 1);
                let inner = inner.ok_or_else(|| "a quote is not closed".to_owned())?;
                (Token::Quoted(inner.to_owned()), inner.len() + 2)
            }
            _ => {
                let length = rest.find([' ', '(', ')', '<', '>', '"']).unwrap_or(rest.len());
                (Token::Word(rest.chars().take_while(|c| !" ()<>\"".contains(*c)).collect()), length)
            }
        };
        found.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(found)
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    names: &'a Names<'a>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Takes the next token when it is this word.
    fn takes(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next == word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.all()?];
        while self.takes("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.one()?];
        while self.takes("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Result<Expression, String> {
        if self.takes("not") {
            let inner = self.one()?;
            return if let Expression::Is(option) = inner {
                Ok(Expression::IsNot(option))
            } else if let Expression::Flag(id) = inner {
                Ok(Expression::NotFlag(id))
            } else {
                Err(format!("\"not\" may stand before an answer or a flag, found {inner:?}"))
            };
        }
        match self.next() {
            None => Err("the rule ends too early".to_owned()),
            Some(Token::Open) => {
                let inner = self.any()?;
                match self.next() {
                    Some(Token::Close) => Ok(inner),
                    _ => Err("a bracket is not closed".to_owned()),
                }
            }
            Some(Token::Close) => Err("a bracket closes that was not opened".to_owned()),
            Some(Token::Compare(symbol)) => self.compare(symbol),
            Some(Token::Quoted(text)) => self.option(&text),
            Some(Token::Word(word)) if word == "record" => Ok(Expression::Never),
            Some(Token::Word(word)) if self.names.flags.contains(&word) => Ok(Expression::Flag(word.leak())),
            Some(Token::Word(word)) => self.option(&word),
        }
    }

    fn compare(&mut self, symbol: &str) -> Result<Expression, String> {
        if !self.names.options.is_empty() {
            return Err(format!("\"{symbol}\" compares numbers, and the answer is a choice"));
        }
        let Some(Token::Word(word)) = self.next() else {
            return Err(format!("a number must follow \"{symbol}\""));
        };
        let limit: f64 = word.parse().map_err(|_| format!("\"{word}\" is not a number"))?;
        Ok(match symbol {
            "<" => Expression::Below(limit),
            "<=" => Expression::AtMost(limit),
            ">" => Expression::Above(limit),
            _ => Expression::AtLeast(limit),
        })
    }

    fn option(&self, text: &str) -> Result<Expression, String> {
        match self.names.options.iter().find(|option| *option == text) {
            Some(option) => Ok(Expression::Is(option.clone().leak())),
            None => Err(format!("\"{text}\" is neither an answer of the item nor a flag")),
        }
    }
}
