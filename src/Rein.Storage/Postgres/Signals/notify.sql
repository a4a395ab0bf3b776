-- A signal may be lost, so nobody waits for a disk.
SELECT true
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS hasty,
  unnest($1::text[], $2::text[]) AS w(channel, payload),
  LATERAL (SELECT pg_notify(w.channel, w.payload)) AS sent
