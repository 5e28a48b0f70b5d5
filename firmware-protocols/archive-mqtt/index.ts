export { type AsyncApiSite, asyncApiDocument } from "./async-api-document.ts";
export { type Delivery, judgeDelivery } from "./judge-delivery.ts";
export { readsPerMessageMax } from "./payloads/reader-tag.ts";
export { motionLifeMsMax } from "./payloads/shelf-cmd.ts";
export { type Payload, payloads, type TopicKind, topicKinds } from "./payloads.ts";
export { buildTopic, parseTopic, type Topic, topicFilter } from "./topics.ts";
export { type PayloadProblem, payloadBytesMax, readPayload, type Validated, validate } from "./validate.ts";
export { idPattern } from "./words.ts";
