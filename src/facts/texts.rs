//! The texts of cells, each under a number: interned ones, of which equal ones have one number, and keys that only their
//! own table compares.

/// An interned text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub u32);

/// Texts, each held once. Ids are in order of first sight, not of the alphabet.
///
/// One arena and an open-addressing table: no allocation a text. Keys that nothing but their own table compares stand in an
/// arena of their own, so that the texts that are looked up again and again lie together. All texts of an arena together
/// have less than 4 GiB; what does not fit reads as empty and [`Texts::is_full`] tells.
#[derive(Debug, Default)]
pub struct Texts {
    shared: Arena,
    places: Places,
    /// Ids from [`OWN`] on.
    own: Arena,
    full: bool,
}

/// In the id of a text that was appended and not interned.
const OWN: u32 = 1 << 30;

/// Texts one behind the other.
#[derive(Debug, Default)]
struct Arena {
    text: String,
    ends: Vec<u32>,
}

impl Arena {
    fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(0) as usize };
        self.ends.get(i).and_then(|end| self.text.get(start..*end as usize)).unwrap_or("")
    }

    /// Its place, which is below [`OWN`]; `None` where it does not fit.
    fn push(&mut self, text: &str) -> Option<u32> {
        let end = u32::try_from(self.text.len().checked_add(text.len())?).ok()?;
        let place = u32::try_from(self.ends.len()).ok().filter(|place| *place < OWN)?;
        self.text.push_str(text);
        self.ends.push(end);
        Some(place)
    }
}

fn hash_of(text: &str) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

impl Texts {
    /// The text of `id`.
    pub fn get(&self, id: TextId) -> &str {
        if id.0 & OWN == 0 { self.shared.get(id.0 as usize) } else { self.own.get((id.0 & !OWN) as usize) }
    }

    /// How many interned texts there are; their ids are below it.
    pub fn len(&self) -> usize {
        self.shared.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.shared.ends.is_empty() && self.own.ends.is_empty()
    }

    /// Whether a text did not fit.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The id of `text`, added if new.
    pub fn intern(&mut self, text: &str) -> TextId {
        let hash = hash_of(text);
        if self.places.is_crowded() {
            let shared = &self.shared;
            self.places.grow(|id| hash_of(shared.get(id as usize)));
        }
        let free = match self.places.find(hash, |id| self.shared.get(id as usize) == text) {
            Ok(found) => return TextId(found),
            Err(free) => free,
        };
        match self.shared.push(text) {
            Some(id) => {
                self.places.take(free, hash, id);
                TextId(id)
            }
            None => self.overflow(),
        }
    }

    /// Adds `text` under an id of its own, even if it is there already, where [`Texts::find`] does not find it: for keys that
    /// nothing but their own table compares.
    pub fn append(&mut self, text: &str) -> TextId {
        match self.own.push(text) {
            Some(place) => TextId(place | OWN),
            None => self.overflow(),
        }
    }

    fn overflow(&mut self) -> TextId {
        self.full = true;
        TextId(u32::MAX >> 1)
    }

    /// For each of `ids` with the text of an earlier one, that one; whether there is such an id.
    pub fn unite(&self, ids: &mut [u32]) -> bool {
        let mut places = Places::for_many(ids.len());
        let mut repeats = false;
        for i in 0..ids.len() {
            let Some(id) = ids.get(i).copied() else { return repeats };
            let text = self.get(TextId(id));
            let hash = hash_of(text);
            let earlier = |place: u32| ids.get(place as usize).copied().unwrap_or(id);
            let found = places.find(hash, |place| earlier(place) == id || self.get(TextId(earlier(place))) == text);
            match found {
                Ok(place) => {
                    let earlier = earlier(place);
                    repeats = true;
                    if let Some(id) = ids.get_mut(i) {
                        *id = earlier;
                    }
                }
                Err(free) => places.take(free, hash, u32::try_from(i).unwrap_or(u32::MAX)),
            }
        }
        repeats
    }

    /// The id of `text`, if it is interned.
    pub fn find(&self, text: &str) -> Option<TextId> {
        self.places.find(hash_of(text), |id| self.shared.get(id as usize) == text).ok().map(TextId)
    }
}

/// An open-addressing table of numbers by the hash of what they stand for. A byte of the hash beside each place tells most
/// places that hold another without looking at it; these bytes are few enough to stay in the processor's cache.
#[derive(Debug, Default)]
struct Places {
    /// A power of two long, at most 3/4 full.
    numbers: Vec<u32>,
    /// By place: 0 is free, else a byte of the hash.
    tags: Vec<u8>,
    taken: usize,
}

impl Places {
    /// With room for `count` numbers.
    fn for_many(count: usize) -> Places {
        let size = (count + count / 3 + 1).next_power_of_two().max(16);
        Places { numbers: vec![0; size], tags: vec![0; size], taken: 0 }
    }

    fn is_crowded(&self) -> bool {
        self.taken >= self.numbers.len() / 4 * 3
    }

    /// The number of that hash of which `is` holds, or the free place where it would stand.
    fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mask = self.numbers.len().wrapping_sub(1);
        let wanted = tag(hash);
        let mut place = hash as usize & mask;
        loop {
            let tag = self.tags.get(place).copied().unwrap_or(0);
            if tag == 0 {
                return Err(place);
            }
            if tag == wanted {
                let number = self.numbers.get(place).copied().unwrap_or(0);
                if is(number) {
                    return Ok(number);
                }
            }
            place = (place + 1) & mask;
        }
    }

    fn take(&mut self, place: usize, hash: u64, number: u32) {
        if let (Some(slot), Some(place)) = (self.numbers.get_mut(place), self.tags.get_mut(place)) {
            *slot = number;
            *place = tag(hash);
            self.taken += 1;
        }
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let size = (self.numbers.len() * 2).max(1024);
        let old = std::mem::replace(self, Places { numbers: vec![0; size], tags: vec![0; size], taken: 0 });
        for (number, _) in old.numbers.into_iter().zip(old.tags).filter(|(_, tag)| *tag != 0) {
            let hash = hash_of(number);
            if let Err(free) = self.find(hash, |_| false) {
                self.take(free, hash, number);
            }
        }
    }
}

/// A byte of the hash that is not 0 and not among those that choose the place.
fn tag(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appended_texts_stay_apart_until_they_are_united() {
        let mut texts = Texts::default();
        let mut ids: Vec<u32> = (0..3000).map(|i| texts.append(&format!("k{}", i % 1000)).0).collect();
        let other = texts.intern("k7");
        assert_eq!(texts.find("k7"), Some(other));
        assert_eq!(texts.find("k8"), None);
        assert!((0..5000).all(|i| texts.intern(&format!("k{i}")) == texts.intern(&format!("k{i}"))));
        assert_eq!(texts.find("k7"), Some(other));
        assert!(texts.unite(&mut ids));
        let first: Vec<u32> = ids.iter().take(1000).copied().collect();
        assert!(first.iter().enumerate().all(|(i, id)| texts.get(TextId(*id)) == format!("k{i}")));
        assert_eq!(ids.chunks(1000).map(<[u32]>::to_vec).collect::<Vec<_>>(), vec![first.clone(); 3]);
        assert!(!texts.unite(&mut first.clone()));
        assert!(!texts.unite(&mut []));
    }
}
