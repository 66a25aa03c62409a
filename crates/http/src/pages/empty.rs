//! What stands where there is nothing yet: a picture, a sentence, and the way to what there is.

use super::frame::Frame;
use super::icon::icon;
use maud::{Markup, html};

/// Nothing of this, with the way to the deals that are open.
pub fn nothing(frame: &Frame, picture: &str, message: &str) -> Markup {
    let w = &frame.words;
    html! {
        div.empty {
            (icon(picture))
            p { (w.say(message)) }
            p { a.button href="/" { (w.say("to-open-deals")) } }
        }
    }
}
