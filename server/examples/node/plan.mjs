// What a planning tool does with inferplan: checks an instance, solves it, leaves a job behind, looks figures up.
// node plan.mjs ADDRESS INSTANCE.json   (the instance as protobuf JSON; INFERPLAN_TOKEN, INFERPLAN_TLS_CA as for the command)
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { ask, connect, listen, status } from "./connection.mjs";

const [address, file] = process.argv.slice(2);
const instance = JSON.parse(readFileSync(file, "utf8"));
const connection = connect(address, { token: process.env.INFERPLAN_TOKEN, authority: process.env.INFERPLAN_TLS_CA });
const { planner, jobs, catalog, studies } = connection;
const done = (method) => console.log(`ok inferplan.v1.${method}`);

async function lookUp() {
  const { entries } = await ask(connection, catalog, "List", { kind: "CATALOG_KIND_ACCELERATOR", page_size: 5 });
  assert.equal(entries.length, 5);
  done("Catalog/List");
  const { entry } = await ask(connection, catalog, "Get", { kind: entries[0].kind, name: entries[0].name });
  assert.equal(entry.name, entries[0].name);
  done("Catalog/Get");
  const schema = await ask(connection, catalog, "GetSchema", {});
  assert.equal(schema.root, "Instance");
  done("Catalog/GetSchema");
}

async function solve() {
  const checked = await ask(connection, planner, "Validate", { instance });
  assert.ok(checked.valid, JSON.stringify(checked.diagnostics));
  await assert.rejects(ask(connection, jobs, "Submit", { idempotency_key: "no instance" }), (error) => {
    assert.equal(error.code, status.INVALID_ARGUMENT);
    assert.ok(error.metadata.get("grpc-status-details-bin").length);
    return true;
  });
  done("Planner/Validate");
  let plan;
  for await (const message of listen(connection, planner, "Solve", { instance })) plan = message.plan ?? plan;
  assert.ok(plan.verification.passed);
  console.log(`plan of ${instance.name}: ${plan.termination.objective_usd.toFixed(0)} USD`);
  done("Planner/Solve");
  let explanation;
  for await (const message of listen(connection, planner, "Explain", { instance, plan }))
    explanation = message.explanation ?? explanation;
  for (const sentence of explanation.words) console.log(`- ${sentence}`);
  assert.ok(explanation.workloads.every((each) => each.served_by.length));
  done("Planner/Explain");
  return plan;
}

async function leaveJob(plan) {
  const request = { instance, idempotency_key: randomUUID() };
  const { job } = await ask(connection, jobs, "Submit", request);
  const again = await ask(connection, jobs, "Submit", request);
  assert.ok(again.existed && again.job.id === job.id);
  done("Jobs/Submit");
  const sequences = [];
  for await (const { event } of listen(connection, jobs, "Watch", { id: job.id })) sequences.push(event.sequence);
  const resumed = [];
  for await (const { event } of listen(connection, jobs, "Watch", { id: job.id, after_sequence: sequences[0] }))
    resumed.push(event.sequence);
  assert.deepEqual(resumed, sequences.slice(1));
  done("Jobs/Watch");
  const found = await ask(connection, jobs, "Get", { id: job.id, view: "JOB_VIEW_FULL" });
  assert.equal(found.job.state, "JOB_STATE_SUCCEEDED");
  assert.ok(Math.abs(found.job.plan.termination.objective_usd - plan.termination.objective_usd) < 1);
  done("Jobs/Get");
  const listed = await ask(connection, jobs, "List", { filter: { states: ["JOB_STATE_SUCCEEDED"] } });
  assert.ok(listed.jobs.some((each) => each.id === job.id));
  done("Jobs/List");
  const cancelled = await ask(connection, jobs, "Cancel", { id: job.id });
  assert.equal(cancelled.job.state, "JOB_STATE_SUCCEEDED");
  done("Jobs/Cancel");
  await ask(connection, jobs, "Delete", { id: job.id });
  await assert.rejects(ask(connection, jobs, "Get", { id: job.id }), { code: status.NOT_FOUND });
  done("Jobs/Delete");
}

async function vary() {
  const path = "sites.cloud.offers[kind=on_demand].usd_per_hour";
  const values = [{ times: 0.5 }, { set: { numberValue: 9 } }];
  const grid = [{ name: "rent", paths: [path], values }];
  const study = { name: "rents", base: instance, grid, study: { sweep: {} } };
  const rows = [];
  let result;
  for await (const message of listen(connection, studies, "Run", { study })) {
    if (message.row) rows.push(message.row);
    result = message.result ?? result;
  }
  assert.ok(result.complete);
  assert.equal(rows.length, 2);
  assert.ok(rows.every((row) => row.status === "STUDY_ROW_STATUS_OK"));
  done("Studies/Run");
  await leaveStudy(study, rows);
}

async function leaveStudy(study, rows) {
  const request = { study, idempotency_key: randomUUID() };
  const { study_job: job } = await ask(connection, studies, "Submit", request);
  const again = await ask(connection, studies, "Submit", request);
  assert.ok(again.existed && again.study_job.id === job.id);
  done("Studies/Submit");
  const events = [];
  for await (const { event } of listen(connection, studies, "Watch", { id: job.id })) events.push(event);
  const told = events.filter((event) => event.row).map((event) => event.row);
  assert.deepEqual(new Set(told.map((row) => row.lifecycle_usd)), new Set(rows.map((row) => row.lifecycle_usd)));
  const resumed = [];
  for await (const { event } of listen(connection, studies, "Watch", { id: job.id, after_sequence: events[1].sequence }))
    resumed.push(event.sequence);
  assert.deepEqual(resumed, events.slice(2).map((event) => event.sequence));
  done("Studies/Watch");
  const { study_job: found } = await ask(connection, studies, "Get", { id: job.id, view: "JOB_VIEW_FULL" });
  assert.ok(found.result.complete && found.study.name === study.name);
  done("Studies/Get");
  const { study_jobs } = await ask(connection, studies, "List", { filter: { states: ["JOB_STATE_SUCCEEDED"] } });
  assert.ok(study_jobs.some((each) => each.id === job.id));
  done("Studies/List");
  const cancelled = await ask(connection, studies, "Cancel", { id: job.id });
  assert.equal(cancelled.study_job.state, "JOB_STATE_SUCCEEDED");
  done("Studies/Cancel");
  await ask(connection, studies, "Delete", { id: job.id });
  await assert.rejects(ask(connection, studies, "Get", { id: job.id }), { code: status.NOT_FOUND });
  done("Studies/Delete");
}

try {
  await lookUp();
  await leaveJob(await solve());
  await vary();
} finally {
  connection.close();
}
