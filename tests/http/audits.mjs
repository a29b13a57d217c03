// Runs every audit of the npm package graphql-http against the address given: one JSON list of what is not ok.
import { serverAudits } from 'graphql-http';

const found = [];
let count = 0;
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { status, reason } = await audit.fn();
  count += 1;
  if (status !== 'ok') found.push({ status, id: audit.id, name: audit.name, reason });
}
console.log(JSON.stringify({ count, found }));
