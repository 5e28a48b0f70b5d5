import type { Shape } from "../shape.ts";
import type { signIn as zh } from "../zh/sign-in.ts";

export const signIn: Shape<typeof zh> = {
  login: "Login",
  password: "Password",
  submit: "Sign in",
  demo: "Signing in with the demo link…",
  demoFailed: "The demo link is no longer valid: use the new one printed at start.",
  setUpTitle: "First use",
  setUpLead:
    "Create the administrator. The set-up code is printed in the terminal where the gateway started, so only somebody who sees it can do this.",
  code: "Set-up code",
  name: "Name",
  passwordHint: "At least 10 characters",
  loginHint: "2–40 letters, digits or . _ -",
  create: "Create administrator",
  refused:
    "Sign-ins with your login were refused {{n}} times, last at {{time}}, from {{addresses}}. If that was not you, change your password and tell the administrator.",
  change: {
    title: "Change my password",
    lead: "Afterwards you are signed out of every other browser and device at once.",
    present: "Present password",
    fresh: "New password",
    freshHint: "At least 10 characters, and not the present one",
    same: "The new password must differ from the present one",
    repeat: "New password again",
    differs: "The two new passwords differ",
    submit: "Change password",
    done: "The password is changed; you are signed out everywhere else.",
  },
};
