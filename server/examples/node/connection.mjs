// A connection to inferplan from its .proto files: stubs, token, encryption, and answers as promises.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const PROTO = join(dirname(fileURLToPath(import.meta.url)), "../../../proto");
const CALL_MS = 30_000;

const definition = loader.loadSync("inferplan/v1/services.proto", {
  includeDirs: [PROTO],
  keepCase: true,
  longs: Number,
  enums: String,
  oneofs: true,
});
const { Planner, Jobs, Catalog, Studies } = grpc.loadPackageDefinition(definition).inferplan.v1;

export const status = grpc.status;

/** Stubs of all services. `authority`: file of the server's authority, PEM; without it the connection is plaintext. */
export function connect(address, { token, authority } = {}) {
  const credentials = authority
    ? grpc.credentials.createSsl(readFileSync(authority))
    : grpc.credentials.createInsecure();
  const options = { "grpc.max_receive_message_length": 64 << 20 };
  const metadata = () => {
    const found = new grpc.Metadata();
    if (token) found.set("authorization", `Bearer ${token}`);
    return found;
  };
  const stubs = [Planner, Jobs, Catalog, Studies].map((Service) => new Service(address, credentials, options));
  const [planner, jobs, catalog, studies] = stubs;
  return { planner, jobs, catalog, studies, metadata, close: () => stubs.forEach((stub) => stub.close()) };
}

/** One answer of a method. Rejects with gRPC's error: `code`, `details`, `metadata`. */
export function ask(connection, stub, method, request) {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + CALL_MS;
    stub[method](request, connection.metadata(), { deadline }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

/** The messages of a stream as they come: `for await (const message of listen(...))`. */
export function listen(connection, stub, method, request) {
  return stub[method](request, connection.metadata(), { deadline: Date.now() + 4 * CALL_MS });
}
