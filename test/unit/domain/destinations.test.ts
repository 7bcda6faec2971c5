import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { type DestinationPolicy, Destinations, isCidr } from '../../../src/domain/destinations.ts';

const destinations = (over: Partial<DestinationPolicy> = {}) =>
  new Destinations({ networks: 'private', allowCidrs: [], denyCidrs: [], allowHosts: [], ...over });

const isAllowed = (over: Partial<DestinationPolicy>, address: string, host = 'example.com') =>
  destinations(over).refusalOf(address, host) === undefined;

const PUBLIC = [
  ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '11.0.0.0', '9.255.255.255'],
  ...['192.167.255.255', '192.169.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '223.255.255.255', '168.63.129.15'],
  ...['2606:4700:4700::1111', '2a00:1450:4001:81b::200e', '2001:4860:4860::8888', '2001:1000::1'],
];

/** The same IPv4 addresses in the two IPv6 forms that really reach them. */
const PUBLIC_TRANSLATED = [
  '::ffff:8.8.8.8',
  '::ffff:808:808',
  '64:ff9b::8.8.8.8',
  '64:ff9b::101:101',
];

const PRIVATE = [
  ...[
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '192.168.255.255',
  ],
  ...['127.0.0.1', '127.255.255.254', '::1', 'fc00::1', 'fdff:ffff::1', 'fd00:dead:beef::1'],
  ...[
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:192.168.1.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
  ],
];

const NEVER = {
  'link-local': ['169.254.0.0', '169.254.255.255', 'fe80::1', 'fe80::1%eth0', 'febf:ffff::1'],
  'cloud metadata': [
    ...['169.254.169.254', '169.254.170.2', '169.254.42.42', '168.63.129.16', '100.100.100.200'],
    ...['192.0.0.192', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:c1::a9fe:a9fe'],
    ...['fd00:42::42', 'fe80::a9fe:a9fe'],
  ],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  broadcast: ['255.255.255.255'],
  reserved: [
    ...['192.0.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255'],
    ...[
      '240.0.0.1',
      '254.255.255.255',
      '192.88.99.1',
      '100::1',
      '2001:db8::1',
      '3fff::1',
      '5f00::1',
    ],
    ...['2001:2::1', '2001:10::1', '2001:20::1', 'fec0::1', '4000::1', 'e000::1', '1::1'],
  ],
  'carrier-grade NAT': ['100.64.0.0', '100.127.255.255'],
  mapped: ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::ffff:0.0.0.0', '::ffff:224.0.0.1'],
  'IPv4-compatible': ['::169.254.169.254', '::a9fe:a9fe', '::10.0.0.1', '::127.0.0.1', '::8.8.8.8'],
  'IPv4-translated': ['::ffff:0:169.254.169.254', '::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
  NAT64: [
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::224.0.0.1',
    '64:ff9b:1::a00:1',
  ],
  '6to4': ['2002:a9fe:a9fe::', '2002:a9fe:a9fe::1', '2002:7f00:1::', '2002:808:808::1'],
  Teredo: ['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:0:a9fe:a9fe::5601:5601'],
  nonsense: ['', 'example.com', '1.2.3', '::g', '[::1]'],
};

describe('domain: destinations by network', () => {
  for (const address of [...PUBLIC, ...PUBLIC_TRANSLATED]) {
    it(`${address} is public: permitted everywhere`, () => {
      for (const networks of ['public', 'private', 'any'] as const) {
        expect(isAllowed({ networks }, address), networks).to.equal(true);
      }
    });
  }

  for (const address of PRIVATE) {
    it(`${address} is private: permitted unless networks are public`, () => {
      expect(isAllowed({ networks: 'public' }, address)).to.equal(false);
      expect(isAllowed({ networks: 'private' }, address)).to.equal(true);
      expect(isAllowed({ networks: 'any' }, address)).to.equal(true);
    });
  }

  for (const [kind, addresses] of Object.entries(NEVER)) {
    for (const address of addresses) {
      it(`${address || 'nothing'} (${kind}) is refused unless any network will do`, () => {
        expect(isAllowed({ networks: 'public' }, address)).to.equal(false);
        expect(isAllowed({ networks: 'private' }, address)).to.equal(false);
        expect(isAllowed({ networks: 'any' }, address)).to.equal(kind !== 'nonsense');
      });
    }
  }

  it('says what the address is and which setting refuses it', () => {
    const refusalOf = (address: string) => destinations().refusalOf(address, 'x.test');
    expect(refusalOf('169.254.169.254')).to.equal(
      '169.254.169.254 is link-local, which WEBHOOK_NETWORKS=private does not permit',
    );
    expect(refusalOf('fd00:ec2::254')).to.contain('is cloud metadata');
    expect(refusalOf('::ffff:100.64.0.1')).to.contain('is carrier-grade NAT');
    expect(refusalOf('2002::1')).to.contain('is reserved');
  });

  it('treats an IPv4 address like its mapped form, whatever the address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('public', 'private'), (address, networks) => {
        const mapped = isAllowed({ networks }, `::ffff:${address}`);
        expect(mapped).to.equal(isAllowed({ networks }, address));
      }),
    );
  });

  it('has an answer for every address there is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(isIP(address)).not.to.equal(0);
        const [open, closed] = [isAllowed({}, address), isAllowed({ networks: 'public' }, address)];
        // What is public is permitted among private networks, too.
        expect(open || !closed).to.equal(true);
      }),
    );
  });
});

describe('domain: destinations by list', () => {
  it('an allowed range opens what the network refuses, in its translated forms too', () => {
    const over = { networks: 'public', allowCidrs: ['10.1.0.0/16', '100.64.0.0/10'] } as const;
    expect(isAllowed(over, '10.1.2.3')).to.equal(true);
    expect(isAllowed(over, '::ffff:10.1.2.3')).to.equal(true);
    expect(isAllowed(over, '100.100.1.1')).to.equal(true);
    expect(isAllowed(over, '10.2.0.1')).to.equal(false);
    // Nothing reaches an address that way.
    expect(isAllowed(over, '2002:a01:203::1')).to.equal(false);
  });

  it('takes a single address for a range of one', () => {
    const over = { networks: 'public', allowCidrs: ['10.0.0.1', 'fd00::1'] } as const;
    expect(isAllowed(over, '10.0.0.1')).to.equal(true);
    expect(isAllowed(over, '10.0.0.2')).to.equal(false);
    expect(isAllowed(over, 'fd00::1')).to.equal(true);
    expect(isAllowed(over, 'fd00::2')).to.equal(false);
  });

  it('denial wins over everything, in every disguise', () => {
    const over = {
      networks: 'any',
      allowCidrs: ['0.0.0.0/0', '::/0'],
      denyCidrs: ['10.0.0.0/8', '8.8.8.8'],
      allowHosts: ['example.com'],
    } as const;
    for (const address of [
      ...['10.9.9.9', '8.8.8.8', '::ffff:10.9.9.9', '64:ff9b::10.9.9.9', '::10.9.9.9'],
      ...['::ffff:0:10.9.9.9', '2002:a09:909::1', '2001:0:4136:e378:8000:63bf:f5f6:f6f6'],
    ]) {
      expect(isAllowed(over, address), address).to.equal(false);
    }
    expect(isAllowed(over, '8.8.4.4')).to.equal(true);
    const why = destinations(over).refusalOf('8.8.8.8', 'example.com');
    expect(why).to.equal('8.8.8.8 is in WEBHOOK_DENY_CIDRS');
  });

  it('an allowed host may be anywhere, and only that host', () => {
    const over = { networks: 'public', allowHosts: ['N8N.internal', '*.tail.net'] } as const;
    for (const host of ['n8n.internal', 'N8n.Internal.', 'a.tail.net', 'a.b.tail.net']) {
      expect(isAllowed(over, '10.0.0.1', host), host).to.equal(true);
    }
    for (const host of ['x.n8n.internal', 'n8n.internal.evil.com', 'tail.net', 'evil-tail.net']) {
      expect(isAllowed(over, '10.0.0.1', host), host).to.equal(false);
    }
  });

  it('knows what is a range', () => {
    for (const text of [
      '10.0.0.0/8',
      '10.0.0.1',
      '0.0.0.0/0',
      '::/0',
      'fd00::/8',
      '::1',
      '1.2.3.4/32',
    ]) {
      expect(isCidr(text), text).to.equal(true);
    }
    for (const text of [
      ...[
        '',
        '10',
        '10/8',
        '10.0.0/8',
        '010.0.0.1',
        '0x0a.0.0.1',
        '10.0.0.0/33',
        '10.0.0.0/',
        '::/129',
      ],
      ...[
        '10.0.0.0/8/8',
        '10.0.0.0/-1',
        'a.b.c.d',
        'example.com',
        'fe80::1%eth0',
        '[::1]',
        ' 10.0.0.1',
      ],
    ]) {
      expect(isCidr(text), text).to.equal(false);
      expect(() => destinations({ denyCidrs: [text] }), text).to.throw('neither an IP address');
    }
  });
});
