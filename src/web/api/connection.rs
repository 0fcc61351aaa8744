//! Does the connection to Tencent work?

use super::ApiError;
use leptos::prelude::*;

/// One call with an app's credentials; says what works, or what is wrong and how to fix it.
#[server(prefix = "/api/fn", endpoint = "test_connection")]
pub async fn test_connection(#[server(default)] app: Option<i64>) -> Result<String, ApiError> {
    use crate::domain::Role;
    use crate::web::context::session::{self, require, state};

    require(Role::Operator).await?;
    let app = session::app(app)?;
    Ok(state().collector.test_connection(app).await?)
}
