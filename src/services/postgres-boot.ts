/** What runs in the Postgres machine before the image's own entrypoint. */

/** Run with bash by `init.exec`; no secret may be put in it. */
export const postgresBootPath = "/etc/silo/boot-postgres.sh";

/** A Fly volume is not empty when new, so the data folder is a folder below the mount. */
export const postgresVolumePath = "/var/lib/postgresql";

/** Dead peers on the private network go unnoticed otherwise: a stopped machine sends no FIN. */
const keepalives = [
  "tcp_keepalives_idle=60",
  "tcp_keepalives_interval=10",
  "tcp_keepalives_count=6",
] as const;

/**
 * The image makes the pgsodium root key on its throw-away disk, and what Vault encrypted with it
 * is lost with the machine. Here it is made once, on the volume, and copied to where the image's
 * getkey script (supabase/postgres 15.1.1.78, pgsodium_getkey.sh) looks before it makes one.
 */
export const postgresBootScript = `#!/bin/bash
set -euo pipefail

kept=${postgresVolumePath}/pgsodium_root.key
used=/etc/postgresql-custom/pgsodium_root.key

if [ ! -s "$kept" ]; then
  if [ -s ${postgresVolumePath}/data/PG_VERSION ]; then
    echo "silo: a database without its pgsodium root key, a new one is made: what Vault encrypted before cannot be read" >&2
  fi
  umask 077
  head -c 32 /dev/urandom | od -A n -t x1 | tr -d ' \\n' > "$kept.new"
  sync "$kept.new"
  mv "$kept.new" "$kept"
fi
mkdir -p "$(dirname "$used")"
install -o postgres -g postgres -m 600 "$kept" "$used"

# The image's own ENTRYPOINT and CMD.
exec /usr/local/bin/docker-entrypoint.sh postgres -D /etc/postgresql \\
${keepalives.map((setting) => `  -c ${setting}`).join(" \\\n")}
`;
