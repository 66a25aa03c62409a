//! Pictures in the widths that there are, for the browser to choose from.

use maud::{Markup, html};

/// A picture as it lies in the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The content's hash, which is part of its address.
    pub hash: String,
    /// Its own size, in pixels.
    pub size: (u32, u32),
    /// The widths in which it lies there, narrowest first.
    pub widths: Vec<u32>,
}

impl Picture {
    /// The picture, drawn about `sizes` wide (HTML's `sizes`).
    pub fn render(&self, alternative: &str, sizes: &str, eager: bool) -> Markup {
        let set: Vec<String> = self
            .widths
            .iter()
            .map(|width| format!("{} {width}w", self.address(*width)))
            .collect();
        html! {
            img src=(self.address(self.middle())) srcset=(set.join(", ")) sizes=(sizes) alt=(alternative)
                width=(self.size.0) height=(self.size.1) decoding="async"
                loading=[(!eager).then_some("lazy")] fetchpriority=[eager.then_some("high")];
        }
    }

    /// The address of one width.
    pub fn address(&self, width: u32) -> String {
        format!("/pictures/{}-{width}.webp", self.hash)
    }

    /// The greatest width that there is.
    pub fn widest(&self) -> u32 {
        self.widths.last().copied().unwrap_or(self.size.0)
    }

    fn middle(&self) -> u32 {
        self.widths
            .get(self.widths.len() / 2)
            .copied()
            .unwrap_or(self.size.0)
    }
}
