/** Names that Kong 3.4 knows: of entities' fields, of bundled plugins and of their settings. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const entityFields = {
  file: words(`_format_version _transform _comment _ignore _info services routes consumers plugins
    upstreams targets certificates ca_certificates snis vaults keyauth_credentials acls
    basicauth_credentials jwt_secrets hmacauth_credentials oauth2_credentials keys key_sets
    consumer_groups filter_chains tags`),
  service: words(`id name url protocol host port path retries connect_timeout write_timeout
    read_timeout enabled tags client_certificate tls_verify tls_verify_depth ca_certificates
    routes plugins created_at updated_at`),
  route: words(`id name protocols methods hosts paths headers snis sources destinations strip_path
    preserve_host path_handling regex_priority https_redirect_status_code request_buffering
    response_buffering tags service plugins created_at updated_at`),
  plugin: words(`id name instance_name config enabled protocols tags route service consumer
    consumer_group ordering created_at updated_at`),
  consumer: words(`id username custom_id tags plugins keyauth_credentials acls
    basicauth_credentials jwt_secrets hmacauth_credentials oauth2_credentials created_at updated_at`),
};

export const isKnownField = (kind: keyof typeof entityFields, field: string): boolean =>
  entityFields[kind].includes(field);

/** `bundled` of KONG_PLUGINS. */
export const bundledPlugins: readonly string[] = words(`
  jwt acl correlation-id cors oauth2 tcp-log udp-log file-log http-log key-auth hmac-auth
  basic-auth ip-restriction request-transformer response-transformer request-size-limiting
  rate-limiting response-ratelimiting syslog loggly datadog ldap-auth statsd bot-detection
  aws-lambda request-termination prometheus proxy-cache session acme grpc-gateway grpc-web
  pre-function post-function azure-functions zipkin opentelemetry`);

const settings: Readonly<Record<string, readonly string[]>> = {
  "key-auth": words(`key_names hide_credentials anonymous key_in_header key_in_query key_in_body
    run_on_preflight`),
  acl: words("allow deny hide_groups_header"),
  "basic-auth": words("anonymous hide_credentials"),
  cors: words(`origins headers exposed_headers methods max_age credentials private_network
    preflight_continue`),
  "rate-limiting": words(`second minute hour day month year limit_by header_name path policy
    fault_tolerant redis_host redis_port redis_password redis_username redis_ssl redis_ssl_verify
    redis_server_name redis_timeout redis_database hide_client_headers error_code error_message
    sync_rate`),
  "request-transformer": words("http_method remove rename replace add append"),
  "response-transformer": words("remove rename replace add append"),
  "request-termination": words("status_code message content_type body echo trigger"),
  "request-size-limiting": words("allowed_payload_size size_unit require_content_length"),
  "ip-restriction": words("allow deny status message"),
  "correlation-id": words("header_name generator echo_downstream"),
};

/** `undefined` for a plugin whose settings are not checked. */
export const pluginFields = (name: string): readonly string[] | undefined =>
  Object.hasOwn(settings, name) ? settings[name] : undefined;
