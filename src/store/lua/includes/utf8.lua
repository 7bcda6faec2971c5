-- is_text(): whether bytes are UTF-8 as everyone reads it (RFC 3629): nothing overlong, no surrogates.
local UTF8_SEQUENCES = {
  '^[\194-\223][\128-\191]',
  '^\224[\160-\191][\128-\191]',
  '^\237[\128-\159][\128-\191]',
  '^[\225-\236\238\239][\128-\191][\128-\191]',
  '^\240[\144-\191][\128-\191][\128-\191]',
  '^[\241-\243][\128-\191][\128-\191][\128-\191]',
  '^\244[\128-\143][\128-\191][\128-\191]',
}

local function is_text(bytes)
  local at = bytes:find('[\128-\255]')
  while at do
    local last
    for _, sequence in ipairs(UTF8_SEQUENCES) do
      last = last or select(2, bytes:find(sequence, at))
    end
    if not last then return false end
    at = bytes:find('[\128-\255]', last + 1)
  end
  return true
end
