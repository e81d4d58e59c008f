"""The shared log: the entries of an incident in a PostgreSQL that the team runs, for cockpits on other hosts.

An incident has one home, at first the incident file of the host that declared it, and one chain, which only its home
adds to.
All else holds the same entries, in the same order, with the same hashes:

- Cockpits on the home file copy its entries to the shared log, in order. They write to the file first; the shared log
  follows when it can, and after a loss everything that it lacks is copied in one go. The name of an incident there is
  the hash of its first entry: two hosts may both have an INC-2026-11-21-001.
- On another host a cockpit keeps a replica: an incident file that holds what has come of the chain, checked entry by
  entry. What is written there is durable at once in the replica's outbox, and shown as saved here, but not yet in the
  chain. It is sent to the inbox of the shared log, under its idempotency key.
- Cockpits on the home file take what is in the inbox, each draft once, as the next entries of the chain. They come
  back with these, and leave the outbox. So whatever fails and is tried again, nothing is lost and nothing is doubled.

Nothing waits for the shared log: a thread of its own moves the entries, and nobody holds a lock on a file meanwhile.
PostgreSQL says by NOTIFY that there is news; what a lost notification or a pooler keeps back is found by looking every
few seconds. When no cockpit is open on the home file, drafts wait, in outbox and inbox: only the home gives them their
places.

When the home is gone, a person makes a replica the home. That is the next entry of the chain, published by the replica:
PostgreSQL lets one entry follow another, so that one host wins, and whatever the old home would publish later does not
follow. It learns so when it comes back, keeps its file as it was beside, sends what was never published as drafts, and
goes on as a replica (see `adopting` and `stepping_down`).

Nobody has to be believed: PostgreSQL refuses what is out of place or does not have its hash, a replica checks all of it
again, and neither changes or drops what it holds (only removed evidence is overwritten, as in every incident file).
Secrets are masked before a draft gets into an outbox.

Rights: who opens the shared log first makes its schema `cockpit` (CREATE on the database). A role that writes needs
USAGE on the schema, SELECT and INSERT on its tables, UPDATE (salt, content, content_sha256) on `cockpit.evidence`,
DELETE on `cockpit.inbox`, and UPDATE and DELETE on `cockpit.presence`. A role that may only SELECT follows.
"""
