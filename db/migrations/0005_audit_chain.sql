CREATE TABLE "audit_head" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_head_only_one" CHECK ("audit_head"."only")
);
--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "previous_hash" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "hash" text DEFAULT '' NOT NULL;--> statement-breakpoint
-- Its length in bytes before each field: where one ends and the next begins cannot be moved. A missing one is a dash.
CREATE FUNCTION audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(octet_length(value)::text || ':' || value, '-')
$$;
--> statement-breakpoint
-- The same as hashRow of server/audit/verify.ts.
CREATE FUNCTION audit_hash(entry "audit") RETURNS text LANGUAGE sql STABLE AS $$
	SELECT encode(sha256(convert_to(
		audit_field(entry.seq::text) || audit_field(entry.id::text) || audit_field((extract(epoch FROM entry.at) * 1000000)::bigint::text)
		|| audit_field(entry.actor_id) || audit_field(entry.actor_name) || audit_field(entry.action) || audit_field(entry.target)
		|| audit_field(entry.detail::text) || audit_field(entry.outcome) || audit_field(entry.previous_hash), 'UTF8')), 'hex')
$$;
--> statement-breakpoint
-- What was there before the chain, in the order in which it came.
DO $$
DECLARE
	entry "audit";
	last "audit_head" := (true, 0, repeat('0', 64));
BEGIN
	FOR entry IN SELECT * FROM "audit" ORDER BY "at", "id" LOOP
		entry.seq := last.seq + 1;
		entry.previous_hash := last.hash;
		last.seq := entry.seq;
		last.hash := audit_hash(entry);
		UPDATE "audit" SET "seq" = entry.seq, "previous_hash" = entry.previous_hash, "hash" = last.hash WHERE "id" = entry.id;
	END LOOP;
	INSERT INTO "audit_head" VALUES (last.*);
END $$;
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_seq" ON "audit" USING btree ("seq");--> statement-breakpoint
-- The head's row is held until the transaction ends: of two writers the second follows the first.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	head "audit_head";
BEGIN
	SELECT * INTO STRICT head FROM "audit_head" FOR UPDATE;
	NEW.seq := head.seq + 1;
	NEW.previous_hash := head.hash;
	NEW.hash := audit_hash(NEW);
	UPDATE "audit_head" SET "seq" = NEW.seq, "hash" = NEW.hash;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "audit_chain" BEFORE INSERT ON "audit" FOR EACH ROW EXECUTE FUNCTION audit_chain();--> statement-breakpoint
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'The audit is only added to; % is refused.', TG_OP;
END $$;
--> statement-breakpoint
CREATE TRIGGER "audit_refuse" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit" FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
