//! The little JSON that the server's sign-in speaks: one flat object of texts, numbers and flags.
//!
//! In: bytes from the network, at most a few kilobytes. Out: its fields, or nothing. Lists and objects inside are skipped.
//! A whole JSON reader would be a tenth of the tablet's bundle; the record itself never travels as JSON.
//! Never recurses deeper than `DEPTH_MAX`, so no input can end the stack.

use doorstep_shared::sorted::Map;

/// Deepest nesting that is skipped; deeper input is refused.
const DEPTH_MAX: u8 = 16;

#[derive(Clone, Debug, PartialEq)]
enum Field {
    Text(String),
    Number(i64),
    Flag(bool),
    /// A list, an object, null, or a number that is not whole.
    Other,
}

/// The fields of one object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Json {
    fields: Map<String, Field>,
}

impl Json {
    /// Reads one object; nothing when the bytes are not exactly one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { rest: std::str::from_utf8(bytes).ok()? };
        let fields = reader.object(0)?;
        reader.space();
        reader.rest.is_empty().then_some(Self { fields })
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.fields.get(name)? {
            Field::Text(text) => Some(text),
            Field::Number(_) | Field::Flag(_) | Field::Other => None,
        }
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Field::Number(number) => Some(*number),
            Field::Text(_) | Field::Flag(_) | Field::Other => None,
        }
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.fields.get(name)? {
            Field::Flag(flag) => Some(*flag),
            Field::Text(_) | Field::Number(_) | Field::Other => None,
        }
    }
}

/// Writes one object of texts.
pub fn object(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut out = String::from("{");
    for (place, (name, text)) in fields.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        quote(name, &mut out);
        out.push(':');
        quote(text, &mut out);
    }
    out.push('}');
    out.into_bytes()
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if u32::from(control) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn take(&mut self, expected: char) -> Option<()> {
        self.space();
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn word(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn object(&mut self, depth: u8) -> Option<Map<String, Field>> {
        let mut fields = Map::new();
        self.take('{')?;
        if self.take('}').is_some() {
            return Some(fields);
        }
        loop {
            self.space();
            let name = self.string()?;
            self.take(':')?;
            fields.insert(name, self.value(depth)?);
            if self.take(',').is_none() {
                self.take('}')?;
                return Some(fields);
            }
        }
    }

    fn value(&mut self, depth: u8) -> Option<Field> {
        if depth >= DEPTH_MAX {
            return None;
        }
        self.space();
        match self.rest.chars().next()? {
            '"' => self.string().map(Field::Text),
            '{' => self.object(depth + 1).map(|_| Field::Other),
            '[' => self.list(depth + 1).map(|()| Field::Other),
            _ if self.word("true") => Some(Field::Flag(true)),
            _ if self.word("false") => Some(Field::Flag(false)),
            _ if self.word("null") => Some(Field::Other),
            _ => self.numeral(),
        }
    }

    fn list(&mut self, depth: u8) -> Option<()> {
        self.take('[')?;
        if self.take(']').is_some() {
            return Some(());
        }
        loop {
            self.value(depth)?;
            if self.take(',').is_none() {
                return self.take(']');
            }
        }
    }

    fn numeral(&mut self) -> Option<Field> {
        let end = self
            .rest
            .find(|letter: char| !matches!(letter, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let (numeral, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        match numeral.parse::<i64>() {
            Ok(whole) => Some(Field::Number(whole)),
            Err(_) => numeral.parse::<f64>().ok().map(|_| Field::Other),
        }
    }

    fn string(&mut self) -> Option<String> {
        self.rest = self.rest.strip_prefix('"')?;
        let mut text = String::new();
        let mut letters = self.rest.chars();
        loop {
            match letters.next()? {
                '"' => {
                    self.rest = letters.as_str();
                    return Some(text);
                }
                '\\' => match letters.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'u' => text.push(escaped(&mut letters)?),
                    plain @ ('"' | '\\' | '/') => text.push(plain),
                    _ => return None,
                },
                control if u32::from(control) < 0x20 => return None,
                letter => text.push(letter),
            }
        }
    }
}

/// The character of a `\u` escape, or of a pair of them; half a pair is the replacement character.
fn escaped(letters: &mut std::str::Chars<'_>) -> Option<char> {
    let first = four_digits(letters)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    let mut ahead = letters.clone();
    if ahead.next() == Some('\\')
        && ahead.next() == Some('u')
        && let Some(second) = four_digits(&mut ahead)
        && (0xdc00..0xe000).contains(&second)
    {
        *letters = ahead;
        return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    }
    Some(char::REPLACEMENT_CHARACTER)
}

fn four_digits(letters: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut value = 0;
    for _ in 0..4 {
        value = value * 16 + letters.next()?.to_digit(16)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_object_is_read_and_what_is_nested_is_skipped() {
        let json = Json::read(
            br#" { "name" : "Zo\u00eb \ud83d\ude00 \ud800!", "n": -12, "pi": 3.5, "yes": true, "no": false,
                   "scopes": [ {"TeamCore": "01"}, [] , null ], "none": {} } "#,
        )
        .unwrap();
        assert_eq!(json.text("name"), Some("Zo\u{eb} \u{1f600} \u{fffd}!"));
        assert_eq!((json.number("n"), json.number("pi")), (Some(-12), None));
        assert_eq!((json.flag("yes"), json.flag("no"), json.flag("scopes")), (Some(true), Some(false), None));
    }

    #[test]
    fn what_is_not_exactly_one_object_is_nothing() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        for text in ["", "<html>", "{", "{}x", "{\"a\":}", "{\"a\":1,}", "[1]", "{\"a\":\"\\x\"}", &deep] {
            assert_eq!(Json::read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back_whatever_was_typed() {
        let typed = "\"quote\" \\ back\nline \u{1} \u{202e} \u{1f600}";
        let json = Json::read(&object(&[("password", typed), ("account", "a")])).unwrap();
        assert_eq!(json.text("password"), Some(typed));
    }
}
