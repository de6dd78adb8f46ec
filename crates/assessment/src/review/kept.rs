//! Values of layers that were laid out once and are asked for again.

use std::sync::Arc;

/// Values that are kept at most; those that were asked for longest ago go first.
const MOST_VALUES: usize = 64 << 20;

/// Values by the name of their layer, the one that was asked for last at the end.
#[derive(Default)]
pub(super) struct KeptLayers {
    layers: Vec<(String, Arc<[f32]>)>,
}

impl KeptLayers {
    /// The values of a layer.
    pub fn get(&mut self, id: &str) -> Option<Arc<[f32]>> {
        let index = self.layers.iter().position(|(own, _)| own == id)?;
        let found = self.layers.remove(index);
        let values = found.1.clone();
        self.layers.push(found);
        Some(values)
    }

    /// Keeps the values of a layer.
    pub fn insert(&mut self, id: String, values: Arc<[f32]>) {
        self.layers.retain(|(own, _)| *own != id);
        self.layers.push((id, values));
        let kept = |layers: &[(String, Arc<[f32]>)]| layers.iter().map(|(_, values)| values.len()).sum::<usize>();
        while self.layers.len() > 2 && kept(&self.layers) > MOST_VALUES {
            self.layers.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_longest_ago_goes_first() {
        let mut kept = KeptLayers::default();
        let values: Arc<[f32]> = vec![1.0; MOST_VALUES / 3].into();
        for id in ["a", "b", "c"] {
            kept.insert(id.to_owned(), values.clone());
        }
        assert!(kept.get("a").is_some());
        kept.insert("d".to_owned(), values);
        assert!(kept.get("b").is_none());
        assert!(["a", "c", "d"].iter().all(|id| kept.get(id).is_some()));
    }
}
