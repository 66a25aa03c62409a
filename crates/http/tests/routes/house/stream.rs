//! Somebody who listens to a stream.

use super::{Client, House};
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use axum::http::request::Builder;
use futures::StreamExt;
use tower::ServiceExt;

/// A stream that is listened to.
pub struct Heard {
    stream: BodyDataStream,
    pub text: String,
}

impl House {
    /// Everything that a stream has told until it has said `mark`.
    pub async fn hear(&self, path: &str, mark: &str) -> Heard {
        self.hear_after(path, None, mark).await
    }

    /// The same for who has heard up to `last` before.
    pub async fn hear_after(&self, path: &str, last: Option<&str>, mark: &str) -> Heard {
        let mut request = Request::get(path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        self.listen(path, request, mark).await
    }

    /// Everything that a stream has told this client until it has said `mark`.
    pub async fn hear_as(&self, client: &Client, path: &str, mark: &str) -> Heard {
        let bearer = client.bearer.as_deref().expect("a session");
        let request = Request::get(path).header("authorization", format!("Bearer {bearer}"));
        self.listen(path, request, mark).await
    }

    async fn listen(&self, path: &str, request: Builder, mark: &str) -> Heard {
        let request = request.body(Body::empty()).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("it never fails");
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let visit = (
            axum::http::Method::GET,
            path.to_owned(),
            answer.status().as_u16(),
        );
        self.visits.lock().expect("unpoisoned").push(visit);
        let mut heard = Heard {
            stream: answer.into_body().into_data_stream(),
            text: String::new(),
        };
        heard.until(mark).await;
        heard
    }
}

impl Heard {
    pub async fn until(&mut self, mark: &str) {
        while !self.text.contains(mark) {
            let piece = self.stream.next().await.expect("it goes on");
            let piece = piece.expect("it does not break");
            self.text.push_str(&String::from_utf8_lossy(&piece));
        }
    }
}
