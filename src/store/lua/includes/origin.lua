-- origin_of(): the receiver a URL names, '' when it names none; the rule of `domain/origin.ts`.
local function origin_of(url)
  local scheme, authority = (url or ''):match('^([hH][tT][tT][pP][sS]?)://([^/?#\\ %c]*)')
  if not scheme then return '' end
  scheme = scheme:lower()
  authority = authority:lower():gsub(scheme == 'http' and ':80$' or ':443$', ''):gsub(':$', '')
  return scheme .. '://' .. authority
end
