export const signIn = {
  login: "登录名",
  password: "密码",
  submit: "登录",
  demo: "正在用演示链接登录…",
  demoFailed: "演示链接已失效：请使用启动时打印的新链接。",
  setUpTitle: "首次使用",
  setUpLead: "创建管理员账号。设置码打印在网关启动的终端里，只有能看到终端的人才能完成此步。",
  code: "设置码",
  name: "姓名",
  passwordHint: "至少 10 个字符",
  loginHint: "2–40 个字母、数字或 . _ -",
  create: "创建管理员",
};
