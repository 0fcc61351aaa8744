//! Does the connection to Tencent work?

use super::ApiError;
use leptos::prelude::*;

/// One call with an app's credentials; in words what works, or what is wrong and how to mend it.
#[server(prefix = "/api/fn", endpoint = "test_connection")]
pub async fn test_connection(#[server(default)] app: Option<i64>) -> Result<String, ApiError> {
    use super::context::{self, require, state};
    use crate::domain::Role;

    require(Role::Operator).await?;
    let app = context::app(app)?;
    Ok(state().collector.test_connection(app).await?)
}
