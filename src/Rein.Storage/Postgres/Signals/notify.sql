SELECT true FROM unnest($1::text[], $2::text[]) AS w(channel, payload), LATERAL (SELECT pg_notify(w.channel, w.payload)) AS sent
