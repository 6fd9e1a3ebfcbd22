// Sends one message in each character set, as a system built on node-hl7-client does, and prints the answers.
import { readFileSync } from "node:fs";
import { Client, Message } from "node-hl7-client";

const [port, authority, certificate, key] = process.argv.slice(2);
const read = (name) => readFileSync(name);
const tls = authority && { ca: read(authority), cert: read(certificate), key: read(key), servername: "localhost" };
const SETS = { U1: ["utf-8", "UNICODE UTF-8", "7001"], L1: ["latin1", "8859/1", "7002"] };
const NAMES = { U1: "LEFÈVRE-Ÿ^Zoé", L1: "LEFÈVRE^Zoé" };

const admission = (id) => {
  const [, announced, record] = SETS[id];
  const message = new Message({
    messageHeader: { msh_9_1: "ADT", msh_9_2: "A28", msh_9_3: "ADT_A05", msh_10: id, msh_11_1: "P" },
  });
  message.set("MSH.3", "NODE");
  message.set("MSH.4", "CLCC");
  message.set("MSH.18", announced);
  message.addSegment("EVN").set("2", "20261121090000");
  const person = message.addSegment("PID");
  person.set("3.1", record);
  person.set("3.4.1", "NODE");
  person.set("3.5", "PI");
  NAMES[id].split("^").forEach((name, place) => person.set(`5.${place + 1}`, name));
  person.set("5.7", "L");
  person.set("7", "19580312");
  person.set("8", "F");
  return message;
};

const answerTo = (id) =>
  new Promise((resolve, reject) => {
    const client = new Client({ host: "127.0.0.1", ...(tls && { tls }) });
    const connection = client.createConnection({ port: Number(port), encoding: SETS[id][0] }, async (answer) => {
      const said = answer.getMessage();
      resolve({ code: said.get("MSA.1").toString(), about: said.get("MSA.2").toString() });
      await connection.close();
    });
    connection.on("client.error", reject);
    connection.sendMessage(admission(id)).catch(reject);
  });

for (const id of Object.keys(SETS)) console.log(JSON.stringify(await answerTo(id)));
process.exit(0);
