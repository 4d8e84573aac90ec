/** Machines on the wire; see fly.ts. */

export interface FlyGuest {
  readonly cpu_kind: "shared" | "performance";
  readonly cpus: number;
  readonly memory_mb: number;
}

export interface FlyCheck {
  readonly type: "tcp" | "http";
  readonly port: number;
  /** Go duration, for example `10s`; at least 2 s. */
  readonly interval: string;
  readonly timeout: string;
  readonly grace_period: string;
  readonly method?: string;
  readonly path?: string;
}

export interface FlyPort {
  readonly port: number;
  readonly handlers?: readonly ("http" | "tls" | "pg_tls" | "proxy_proto")[];
  readonly force_https?: boolean;
}

export interface FlyService {
  readonly protocol: "tcp" | "udp";
  readonly internal_port: number;
  readonly ports: readonly FlyPort[];
  readonly autostop: "off" | "stop" | "suspend";
  readonly autostart: boolean;
  readonly concurrency?: {
    readonly type: "connections" | "requests";
    readonly soft_limit: number;
    readonly hard_limit?: number;
  };
}

export interface FlyFile {
  readonly guest_path: string;
  /** Base64 text, readable by whoever can read the machine: never a secret. */
  readonly raw_value?: string;
  /** Name of an app secret whose value is the base64 of the file. */
  readonly secret_name?: string;
  readonly mode?: number;
}

export interface FlyMount {
  readonly volume: string;
  readonly path: string;
  readonly name?: string;
  readonly size_gb?: number;
}

export interface FlyInit {
  readonly exec?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

export interface FlyContainerHealthcheck {
  readonly name: string;
  readonly interval: number;
  readonly timeout: number;
  readonly grace_period: number;
  readonly failure_threshold?: number;
  readonly http?: { readonly port: number; readonly method?: string; readonly path?: string };
  readonly tcp?: { readonly port: number };
}

export interface FlyContainer {
  readonly name: string;
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  /** App secrets this container sees; one without the list sees none of them. */
  readonly secrets?: readonly { readonly env_var: string; readonly name: string }[];
  readonly files?: readonly FlyFile[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly depends_on?: readonly {
    readonly name: string;
    readonly condition: "started" | "healthy" | "exited_successfully";
  }[];
  readonly healthchecks?: readonly FlyContainerHealthcheck[];
}

export type FlyMetadata = Readonly<Record<string, string>>;

export interface FlyMachineConfig {
  readonly image: string;
  readonly guest: FlyGuest;
  readonly env?: Readonly<Record<string, string>>;
  readonly init?: FlyInit;
  readonly services?: readonly FlyService[];
  readonly checks?: Readonly<Record<string, FlyCheck>>;
  readonly mounts?: readonly FlyMount[];
  readonly files?: readonly FlyFile[];
  readonly containers?: readonly FlyContainer[];
  readonly restart?: {
    readonly policy: "no" | "always" | "on-failure";
    readonly max_retries?: number;
  };
  readonly stop_config?: { readonly signal: string; readonly timeout: string };
  readonly metadata?: FlyMetadata;
  readonly auto_destroy?: boolean;
}

/** Documented states; others may appear and must not crash a reader. */
export type FlyMachineState =
  | "created"
  | "starting"
  | "started"
  | "stopping"
  | "stopped"
  | "suspending"
  | "suspended"
  | "restarting"
  | "updating"
  | "replacing"
  | "failed"
  | "launch_failed"
  | "destroying"
  | "destroyed"
  | "replaced"
  | "migrated"
  | (string & {});

export interface FlyCheckStatus {
  readonly name: string;
  readonly status: "passing" | "warning" | "critical" | (string & {});
  readonly output?: string;
  readonly updated_at?: string;
}

export interface FlyMachineEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly source?: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Free-form; of an `exit` event it holds `exit_event` {exit_code, oom_killed, error}. */
  readonly request?: object;
}

export interface FlyMachine {
  readonly id: string;
  readonly name: string;
  readonly state: FlyMachineState;
  readonly region: string;
  /** Deprecated alias of `version`; older answers carry only this one. */
  readonly instance_id?: string;
  readonly version?: string;
  readonly private_ip?: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** Absent while the host cannot be reached. */
  readonly config?: FlyMachineConfig;
  readonly incomplete_config?: FlyMachineConfig;
  readonly host_status?: "ok" | "unknown" | "unreachable" | (string & {});
  readonly image_ref?: {
    readonly registry?: string;
    readonly repository?: string;
    readonly tag?: string;
    readonly digest?: string;
  };
  readonly checks?: readonly FlyCheckStatus[];
  readonly events?: readonly FlyMachineEvent[];
  readonly cordoned?: boolean;
}

export interface FlyCreateMachine {
  readonly name: string;
  readonly region: string;
  readonly config: FlyMachineConfig;
  readonly skip_launch?: boolean;
  readonly skip_service_registration?: boolean;
  readonly min_secrets_version?: number;
  readonly lease_ttl?: number;
}

export interface FlyUpdateMachine {
  readonly config: FlyMachineConfig;
  readonly current_version?: string;
  readonly skip_launch?: boolean;
  readonly min_secrets_version?: number;
}

export interface FlyOrgMachine {
  readonly app_name: string;
  readonly id: string;
  readonly name: string;
  readonly state: FlyMachineState;
  readonly region: string;
  readonly version?: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** An overview only: no env, services or mounts. */
  readonly config?: {
    readonly guest?: FlyGuest;
    readonly image?: string;
    readonly metadata?: FlyMetadata;
  };
}

export interface FlyExecRequest {
  readonly command: readonly string[];
  /** Text for the standard input of the command: the way for anything that argv must not show. */
  readonly stdin?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly container?: string;
}

export interface FlyExecResult {
  readonly exit_code: number;
  readonly exit_signal?: number;
  readonly stdout: string;
  readonly stderr: string;
}
