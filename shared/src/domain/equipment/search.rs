//! Finding devices by word or by need.
//!
//! In: what a worker typed. Out: devices, best first. Every word must begin a word of the device or of a need it answers.
//! Never corrects spelling. Source: names, classes and cautions of the catalogue, and the items that name a device.

use std::sync::OnceLock;

use crate::content::{Device, catalogue, home_safety};
use crate::sorted;

/// How much a word counts where it is found.
const IN_NAME: u8 = 8;
const IN_CLASS: u8 = 3;
const IN_NEED: u8 = 2;
const IN_CAUTION: u8 = 1;

/// Words that say nothing about a device.
const EMPTY_WORDS: [&str; 12] = ["a", "an", "and", "at", "for", "in", "of", "on", "or", "the", "to", "with"];

/// Devices for what a worker typed, best first, ties in content order; all of them for nothing typed.
pub fn search(query: &str) -> Vec<&'static Device> {
    let asked: Vec<String> = words(query).filter(|word| !EMPTY_WORDS.contains(&word.as_str())).collect();
    let mut found: Vec<(u32, &'static Device)> = index()
        .iter()
        .zip(&catalogue().devices)
        .filter_map(|(words, device)| Some((score(&asked, words)?, device)))
        .collect();
    sorted::sort_by_key(&mut found, |(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, device)| device).collect()
}

type Words = Vec<(String, u8)>;

fn index() -> &'static [Words] {
    static INDEX: OnceLock<Vec<Words>> = OnceLock::new();
    INDEX.get_or_init(|| catalogue().devices.iter().map(words_of).collect())
}

fn words_of(device: &Device) -> Words {
    let mut found = Words::new();
    let mut add = |text: &str, weight: u8| found.extend(words(text).map(|word| (word, weight)));
    add(device.name, IN_NAME);
    add(device.class_gloss, IN_CLASS);
    add(device.cautions, IN_CAUTION);
    for item in home_safety().items.iter().filter(|item| item.devices.contains(&device.id)) {
        for text in [item.topic, item.question, item.means, item.action] {
            add(text, IN_NEED);
        }
    }
    found
}

/// The sum over the asked words of the best place each is found; nothing when one is not found.
fn score(asked: &[String], words: &Words) -> Option<u32> {
    asked.iter().try_fold(0, |sum, wanted| {
        let places = words.iter().filter(|(word, _)| word.starts_with(wanted.as_str()));
        // A whole word counts more than its beginning.
        let best =
            places.map(|(word, weight)| u32::from(*weight) * if word == wanted { 2 } else { 1 }).max()?;
        Some(sum + best)
    })
}

/// Lower-case words without plural endings.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| {
        let word = word.to_lowercase();
        let singular = word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s'));
        singular.map_or_else(|| word.clone(), str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(query: &str, count: usize) -> Vec<&'static str> {
        search(query).into_iter().take(count).map(|device| device.id).collect()
    }

    #[test]
    fn a_device_is_found_by_the_beginning_of_its_name() {
        assert_eq!(first("grab rail", 1), ["at-grab-rail"]);
        assert_eq!(first("GRAB-RA", 1), ["at-grab-rail"]);
        assert_eq!(first("commodes", 1), ["at-commode"]);
    }

    #[test]
    fn a_device_is_found_by_the_need_it_answers() {
        assert!(first("scald", 3).contains(&"at-mixing-valve"));
        assert!(first("monoxide", 2).contains(&"at-co-alarm"));
        assert!(first("trips to the toilet at night", 10).contains(&"at-commode"));
    }

    #[test]
    fn every_word_must_be_found() {
        assert!(search("grab zebra").is_empty());
        assert_eq!(search("").len(), catalogue().devices.len());
        assert_eq!(search("the").len(), catalogue().devices.len());
    }
}
