//! Signs a call, sends it, and retries it where it may still succeed.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::{Builder, Connector, tls};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_types::service_config::ServiceConfigKey;
use http::Request;

use super::error::service_error;
use super::{CallError, CallErrorKind, Response, chain};

/// The region of Lambda@Edge functions. CloudFront and IAM are global, and their calls are signed for this region.
pub(crate) use hardtack_cloudfront::regions::HOME as HOME_REGION;

const CONNECT: Duration = Duration::from_secs(5);
const READ: Duration = Duration::from_secs(60);
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// How to reach AWS, where the environment does not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The profile of `~/.aws/config`.
    pub profile: Option<String>,
    /// One endpoint for all services, as emulators have.
    pub endpoint: Option<String>,
}

/// A connection to AWS. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: SdkConfig,
    connector: Connector,
    profile: Option<String>,
    /// Comes before everything that the environment and the profile say.
    endpoint: Option<String>,
    attempts: u32,
    first_pause: Duration,
}

/// A service of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    CloudFront,
    Iam,
    Lambda,
    Logs,
    Sts,
}

/// A call, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) service: Service,
    pub(crate) region: &'a str,
    /// As policies name it.
    pub(crate) action: &'static str,
    pub(crate) method: &'static str,
    /// Encoded, and with its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// Finds credentials, endpoints and retry settings the way every AWS tool does.
    pub async fn connect(options: &Options) -> Self {
        let provider = || tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let http = Builder::new().tls_provider(provider()).build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http.clone())
            .region(Region::from_static(HOME_REGION));
        if let Some(profile) = &options.profile {
            // By itself, a profile's name does not keep the keys of the environment out, and another account in.
            let context = ProviderConfig::default().with_http_client(http);
            let credentials = ProfileFileCredentialsProvider::builder()
                .configure(&context)
                .profile_name(profile);
            loader = loader
                .profile_name(profile)
                .credentials_provider(credentials.build());
        }
        if let Some(endpoint) = &options.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let config = loader.load().await;
        let timeouts = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT)
            .read_timeout(READ)
            .build();
        let connector = Connector::builder()
            .tls_provider(provider())
            .connector_settings(timeouts)
            .set_sleep_impl_of(&config)
            .build();
        let retry = config.retry_config();
        Self(Arc::new(Inner {
            attempts: retry.map_or(3, |retry| retry.max_attempts()).max(1),
            first_pause: retry.map_or(Duration::from_millis(200), |retry| {
                retry.initial_backoff().min(Duration::from_millis(200))
            }),
            connector,
            profile: options.profile.clone(),
            endpoint: options.endpoint.clone(),
            config,
        }))
    }

    /// Sends a call. Throttling, network errors and internal errors are retried.
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Response, CallError> {
        let mut pause = self.0.first_pause;
        for attempt in 1.. {
            match self.send_once(call).await {
                Err(error) if error.is_transient() && attempt < self.0.attempts => {
                    tokio::time::sleep(jittered(pause)).await;
                    pause = (pause * 2).min(MAX_BACKOFF);
                }
                done => return done,
            }
        }
        unreachable!("attempts are counted without end")
    }

    /// Whether one endpoint answers for all services, as emulators have it.
    pub(crate) fn has_own_endpoint(&self) -> bool {
        self.0.config.endpoint_url().is_some()
    }

    /// The HTTP connector, for calls to AWS and for requests to the site.
    pub(crate) fn connector(&self) -> &Connector {
        &self.0.connector
    }

    async fn send_once(&self, call: &Call<'_>) -> Result<Response, CallError> {
        let failed = |kind| CallError::new(call.action, call.region, kind);
        let request = self.signed(call).await.map_err(failed)?;
        let response = self
            .0
            .connector
            .call(request)
            .await
            .map_err(|error| failed(network(&error)))?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).map(str::to_string);
        let etag = header("etag");
        let error_type = header("x-amzn-errortype");
        let body = collected(response.into_body()).await.map_err(failed)?;
        if (200..300).contains(&status) {
            return Ok(Response {
                action: call.action,
                etag,
                body,
            });
        }
        let body = String::from_utf8_lossy(&body);
        Err(failed(service_error(status, error_type.as_deref(), &body)))
    }

    async fn signed(
        &self,
        call: &Call<'_>,
    ) -> Result<aws_smithy_runtime_api::http::Request, CallErrorKind> {
        let provider = self.0.config.credentials_provider();
        let provider = provider
            .ok_or_else(|| CallErrorKind::Credentials("no provider is configured".to_string()))?;
        let identity = provider.provide_credentials().await;
        let identity = identity
            .map_err(|error| self.name_profile(error.into()))?
            .into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(call.region)
            .name(call.service.signing_name())
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| CallErrorKind::InvalidResponse(error.to_string()))?
            .into();
        let url = format!("{}{}", self.endpoint(call), call.path);
        let headers = call
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let unsignable = |error: String| CallErrorKind::InvalidResponse(error);
        let body = SignableBody::Bytes(&call.body);
        let signable = SignableRequest::new(call.method, &url, headers.clone(), body)
            .map_err(|error| unsignable(error.to_string()))?;
        let (instructions, _) = sign(signable, &parameters)
            .map_err(|error| unsignable(error.to_string()))?
            .into_parts();
        let mut request = Request::builder().method(call.method).uri(&url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut request = request
            .body(SdkBody::from(call.body.clone()))
            .map_err(|error| unsignable(error.to_string()))?;
        instructions.apply_to_request_http1x(&mut request);
        request
            .try_into()
            .map_err(|error| unsignable(format!("{error:?}")))
    }

    /// Adds the name of the profile to an error about credentials.
    fn name_profile(&self, kind: CallErrorKind) -> CallErrorKind {
        match (kind, &self.0.profile) {
            (CallErrorKind::Credentials(why), Some(profile)) => {
                CallErrorKind::Credentials(format!("profile `{profile}`: {why}"))
            }
            (kind, _) => kind,
        }
    }

    fn endpoint(&self, call: &Call<'_>) -> String {
        let named = self.0.endpoint.clone();
        let configured = named
            .or_else(|| self.endpoint_of_service(call.service))
            .or_else(|| self.0.config.endpoint_url().map(str::to_string));
        match configured {
            Some(url) => url.trim_end_matches('/').to_string(),
            None => call.service.endpoint(call.region),
        }
    }

    /// `AWS_ENDPOINT_URL_LAMBDA` and its like, or `endpoint_url` of a service in the profile.
    fn endpoint_of_service(&self, service: Service) -> Option<String> {
        let key = ServiceConfigKey::builder()
            .service_id(service.id())
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .ok()?;
        self.0.config.service_config()?.load_config(key)
    }
}

impl Service {
    const fn id(self) -> &'static str {
        match self {
            Self::CloudFront => "CloudFront",
            Self::Iam => "IAM",
            Self::Lambda => "Lambda",
            Self::Logs => "CloudWatch Logs",
            Self::Sts => "STS",
        }
    }

    const fn signing_name(self) -> &'static str {
        match self {
            Self::CloudFront => "cloudfront",
            Self::Iam => "iam",
            Self::Lambda => "lambda",
            Self::Logs => "logs",
            Self::Sts => "sts",
        }
    }

    fn endpoint(self, region: &str) -> String {
        match self {
            Self::CloudFront => "https://cloudfront.amazonaws.com".to_string(),
            Self::Iam => "https://iam.amazonaws.com".to_string(),
            Self::Lambda | Self::Logs | Self::Sts => {
                format!("https://{}.{region}.amazonaws.com", self.signing_name())
            }
        }
    }
}

/// A text as a part of a path or a query.
pub(crate) fn percent_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

async fn collected(body: SdkBody) -> Result<Vec<u8>, CallErrorKind> {
    use aws_smithy_types::byte_stream::ByteStream;
    ByteStream::new(body)
        .collect()
        .await
        .map(|bytes| bytes.into_bytes().to_vec())
        .map_err(|error| CallErrorKind::Network(format!("the response broke off: {error}")))
}

fn network(error: &ConnectorError) -> CallErrorKind {
    CallErrorKind::Network(chain(error))
}

/// Half of a pause, and a random part of the other half, so that two throttled clients do not retry at the same moment.
fn jittered(pause: Duration) -> Duration {
    pause / 2 + pause.mul_f64(rand::random::<f64>() / 2.0)
}

/// A connector needs the clock of the configuration.
trait SetSleep: Sized {
    fn set_sleep_impl_of(self, config: &SdkConfig) -> Self;
}

impl<T> SetSleep for aws_smithy_http_client::ConnectorBuilder<T> {
    fn set_sleep_impl_of(mut self, config: &SdkConfig) -> Self {
        self.set_sleep_impl(config.sleep_impl());
        self
    }
}
