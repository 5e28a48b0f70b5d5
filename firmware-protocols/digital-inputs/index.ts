export { type InputProfile, inputChannelsMax, inputProfiles } from "./input-profiles.ts";
export { decodeInputs, encodeInputsRead, type InputWindow } from "./read-inputs.ts";
