// A small app made with the official Bolt for JavaScript, which judges the playground from outside.
// Environment: PLAYGROUND_API (base address of the Web API), MODE (socket or http). Its first line of output is {"port": …}.
import bolt from "@slack/bolt";

const { App, LogLevel } = bolt;
const overSocket = process.env.MODE === "socket";
const app = new App({
  token: "xoxb-playground",
  signingSecret: "playground-signing-secret",
  ...(overSocket ? { appToken: "xapp-playground", socketMode: true } : {}),
  clientOptions: { slackApiUrl: process.env.PLAYGROUND_API },
  logLevel: LogLevel.WARN,
});

const plain = (text) => ({ type: "plain_text", text });
const card = (text) => [
  { type: "section", block_id: "text", text: { type: "mrkdwn", text } },
  { type: "actions", block_id: "row", elements: [{ type: "button", action_id: "claim", text: plain("Claim"), value: "B-1" }] },
];

app.command("/greet", async ({ ack, command }) => {
  await ack(`Hello <@${command.user_id}>: ${command.text}`);
});

app.command("/ask", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: "modal",
      callback_id: "ask",
      private_metadata: body.channel_id,
      title: plain("Ask"),
      submit: plain("Send"),
      blocks: [
        { type: "input", block_id: "question", label: plain("Question"), element: { type: "plain_text_input", action_id: "text" } },
        { type: "input", block_id: "person", optional: true, label: plain("Whom"), element: { type: "users_select", action_id: "user" } },
      ],
    },
  });
});

app.view("ask", async ({ ack, view, body, client }) => {
  const question = view.state.values.question.text.value;
  if (question === "bad") return ack({ response_action: "errors", errors: { question: "Ask something else." } });
  await ack();
  const whom = view.state.values.person.user.selected_user;
  const text = `<@${body.user.id}> asks <@${whom}>: ${question}`;
  return client.chat.postMessage({
    channel: view.private_metadata,
    text,
    blocks: card(text),
    metadata: { event_type: "question", event_payload: { question } },
  });
});

app.action("claim", async ({ ack, action, body, respond }) => {
  await ack();
  await respond({ replace_original: true, text: "claimed", blocks: card(`${action.value} claimed by <@${body.user.id}>`) });
  await respond({ response_type: "ephemeral", replace_original: false, text: "It is yours." });
});

app.shortcut("look", async ({ ack, shortcut, client }) => {
  await ack();
  await client.reactions.add({ channel: shortcut.channel.id, timestamp: shortcut.message.ts, name: "eyes" });
});

app.event("app_mention", async ({ event, client }) => {
  const thread = event.thread_ts ?? event.ts;
  const known = [];
  for await (const page of client.paginate("conversations.history", { channel: event.channel, limit: 2, include_all_metadata: true })) {
    known.push(...page.messages);
  }
  const marked = known.filter((message) => message.metadata?.event_type === "question").length;
  await client.chat.postMessage({ channel: event.channel, thread_ts: thread, text: `${known.length} messages, ${marked} questions` });
  await client.filesUploadV2({ channel_id: event.channel, thread_ts: thread, filename: "note.txt", content: "noted" });
  // A picture that is in no channel, shown by a block.
  const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  const uploaded = await client.filesUploadV2({ filename: "dot.png", file: dot });
  const file = uploaded.files[0].files?.[0] ?? uploaded.files[0];
  await client.chat.postMessage({
    channel: event.channel,
    thread_ts: thread,
    text: "A picture",
    blocks: [{ type: "image", slack_file: { id: file.id }, alt_text: "One dot", title: plain("Dot") }],
  });
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: card("Welcome") } });
});

const server = await app.start(overSocket ? undefined : { port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ port: overSocket ? null : server.address().port }));
process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});
