use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// What is done to a map or a set; few keys, so that most meet others.
#[derive(Clone, Debug)]
enum Deed {
    Insert(u8, u16),
    Remove(u8),
    Entry(u8),
    Retain(u8),
    PopFirst,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0u8..20, any::<u16>()).prop_map(|(key, value)| Deed::Insert(key, value)),
        2 => (0u8..20).prop_map(Deed::Remove),
        2 => (0u8..20).prop_map(Deed::Entry),
        1 => (0u8..20).prop_map(Deed::Retain),
        1 => Just(Deed::PopFirst),
    ]
}

proptest! {
    #[test]
    fn a_map_does_what_the_standard_one_does(deeds in prop::collection::vec(deed(), 0..60)) {
        let (mut ours, mut theirs) = (Map::new(), BTreeMap::new());
        for deed in deeds {
            match deed {
                Deed::Insert(key, value) => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                Deed::Remove(key) => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                Deed::Entry(key) => {
                    *ours.entry(key).or_default() ^= 1;
                    *theirs.entry(key).or_default() ^= 1;
                }
                Deed::Retain(least) => {
                    ours.retain(|key, _| *key >= least);
                    theirs.retain(|key, _| *key >= least);
                }
                Deed::PopFirst => prop_assert_eq!(ours.pop_first(), theirs.pop_first()),
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
            prop_assert_eq!(ours.first_key_value(), theirs.first_key_value());
            prop_assert_eq!(ours.last_key_value(), theirs.last_key_value());
            for key in 0..20 {
                prop_assert_eq!(ours.get(&key), theirs.get(&key));
            }
        }
    }

    #[test]
    fn a_set_does_what_the_standard_one_does(deeds in prop::collection::vec(deed(), 0..60)) {
        let (mut ours, mut theirs) = (Set::new(), BTreeSet::new());
        for deed in deeds {
            match deed {
                Deed::Insert(key, _) | Deed::Entry(key) => {
                    prop_assert_eq!(ours.insert(key), theirs.insert(key));
                }
                Deed::Remove(key) => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                Deed::Retain(least) => {
                    ours.retain(|key| *key >= least);
                    theirs.retain(|key| *key >= least);
                }
                Deed::PopFirst => {}
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
            prop_assert_eq!((ours.first(), ours.last()), (theirs.first(), theirs.last()));
        }
    }

    #[test]
    fn made_of_many_at_once_the_later_of_two_counts(pairs in prop::collection::vec((0u8..20, any::<u16>()), 0..60)) {
        let ours: Map<u8, u16> = pairs.iter().copied().collect();
        let theirs: BTreeMap<u8, u16> = pairs.iter().copied().collect();
        prop_assert!(ours.iter().eq(theirs.iter()));
        let ours: Set<u8> = pairs.iter().map(|(key, _)| *key).collect();
        let theirs: BTreeSet<u8> = pairs.iter().map(|(key, _)| *key).collect();
        prop_assert!(ours.iter().eq(theirs.iter()));
        let some: Set<u8> = (0..10).collect();
        let kept: BTreeSet<u8> = (0..10).collect();
        prop_assert!(ours.difference(&some).eq(theirs.difference(&kept)));
    }

    #[test]
    fn a_map_travels_in_any_order_and_arrives_in_its_own(pairs in prop::collection::vec((0u8..20, any::<u16>()), 0..60)) {
        let ours: Map<u8, u16> = pairs.iter().copied().collect();
        let theirs: BTreeMap<u8, u16> = pairs.iter().copied().collect();
        let bytes = postcard::to_allocvec(&ours).unwrap();
        prop_assert_eq!(&bytes, &postcard::to_allocvec(&theirs).unwrap());
        prop_assert_eq!(&postcard::from_bytes::<Map<u8, u16>>(&bytes).unwrap(), &ours);
        let scattered: Vec<(u8, u16)> = ours.clone().into_iter().rev().collect();
        let bytes = postcard::to_allocvec(&scattered).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Map<u8, u16>>(&bytes).unwrap(), ours);
    }

    #[test]
    fn sorting_keeps_equal_things_in_their_order(mut things in prop::collection::vec((0u8..6, any::<u16>()), 0..80)) {
        let mut theirs = things.clone();
        sort_by_key(&mut things, |(key, _)| *key);
        theirs.sort_by_key(|(key, _)| *key);
        prop_assert_eq!(things, theirs);
    }
}
