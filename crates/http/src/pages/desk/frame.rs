//! The frame around every page of the desk: who is there, the sections, the page.

use super::palette;
use super::sections;
use super::undo::Undo;
use crate::pages::assets::Wing;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::notice::Notice;
use crate::who::Staff;
use maud::{Markup, html};
use records::Role;

/// Who of the staff looks at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtDesk {
    /// The login.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What undoes the deed that the page tells of.
    pub undo: Option<Undo>,
}

impl AtDesk {
    /// As the frame shows them.
    pub fn of(staff: &Staff) -> AtDesk {
        AtDesk {
            name: staff.name.clone(),
            role: staff.role,
            undo: None,
        }
    }
}

impl Frame {
    /// Has the page tell of a deed, and offer to undo it.
    pub fn tell(&mut self, said: &'static str, undo: Undo) {
        self.notice = Some(Notice::Said(said));
        if let Some(who) = &mut self.at_desk {
            who.undo = Some(undo);
        }
    }

    /// A page of the desk; `staff` is none for who is not known there yet.
    pub fn desk_page(&self, title: &str, staff: Option<&str>, body: &Markup) -> Markup {
        let w = &self.words;
        let known = self.at_desk.as_ref().filter(|_| staff.is_some());
        let body = html! {
            (self.desk_bar(known))
            @if let Some(who) = known { (palette::dialogs(self, who.role)) }
            div.desk-room data-known[known.is_some()] {
                @if let Some(who) = known { (sections::bar(w, who.role, &self.address)) }
                div.desk-floor {
                    main #main.desk tabindex="-1" {
                        @if let Some(notice) = self.notice {
                            div.desk-said {
                                (notice.render(w))
                                @if let Some(undo) = known.and_then(|who| who.undo.as_ref()) { (undo.render(self)) }
                            }
                        }
                        (body)
                    }
                    footer.desk-foot {
                        (self.language_switch())
                        p { (w.say_with("shop-time", [("zone", self.zone().into())])) }
                    }
                }
            }
        };
        self.document(&format!("{title} · {}", w.say("desk")), Wing::Desk, &body)
    }

    fn desk_bar(&self, known: Option<&AtDesk>) -> Markup {
        let w = &self.words;
        html! {
            header.masthead.masthead-desk {
                div.masthead-row {
                    a.brand href="/desk" { (self.festival) " " span.brand-place { (w.say("desk")) } }
                    @if let Some(who) = known { (palette::opener(self)) (self.desk_me(who)) }
                }
            }
        }
    }

    /// Who is signed in, with what is theirs.
    fn desk_me(&self, who: &AtDesk) -> Markup {
        let w = &self.words;
        let role = w.say(&format!("role-{}", who.role.as_str()));
        html! {
            details.desk-me {
                summary {
                    (icon("person"))
                    span.desk-me-name { (who.name) }
                    span.desk-me-role { (role) }
                }
                div.desk-menu {
                    p.desk-menu-who { strong { (who.name) } span { (role) } }
                    a.desk-menu-item href="/desk/me" { (icon("key")) (w.say("desk-me")) }
                    form method="post" action="/desk/sign-out" {
                        button.desk-menu-item type="submit" { (icon("back")) (w.say("sign-out")) }
                    }
                }
            }
        }
    }
}
