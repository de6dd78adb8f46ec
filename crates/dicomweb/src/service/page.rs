//! The part of the answers to a search that is given at once.

/// The part of the answers to a search that is given at once, filled in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    n_passed_over: usize,
    limit: usize,
    /// What is given.
    pub answers: Vec<T>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// An empty one, which passes `offset` answers over and takes `limit`.
    pub(super) fn new(offset: usize, limit: usize) -> Self {
        Self { n_passed_over: offset, limit, answers: Vec::new(), has_more: false }
    }

    /// The next answer; whether there is something to be known about further ones.
    pub fn add(&mut self, answer: T) -> bool {
        if self.n_passed_over > 0 {
            self.n_passed_over -= 1;
        } else if self.answers.len() < self.limit {
            self.answers.push(answer);
        } else {
            self.has_more = true;
        }
        !self.has_more
    }
}
